// A layered drawing: ranks from left to right, few crossings, edges that pass a rank take a place in it.
const MAX_BENDS = 6000;
const COLUMN = 90;

// Which edges close a cycle, by a walk from the first node on.
const backEdges = (count, next) => {
  const state = new Uint8Array(count);
  const back = new Set();
  for (let root = 0; root < count; root++) {
    if (state[root] !== 0) continue;
    const stack = [[root, 0]];
    state[root] = 1;
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      const to = next[top[0]][top[1]++];
      if (to === undefined) { state[top[0]] = 2; stack.pop(); continue; }
      if (state[to] === 1) back.add(top[0] * count + to);
      else if (state[to] === 0) { state[to] = 1; stack.push([to, 0]); }
    }
  }
  return back;
};

const topological = (count, next) => {
  const waiting = new Int32Array(count);
  for (const targets of next) for (const to of targets) waiting[to]++;
  const order = [];
  for (let node = 0; node < count; node++) if (waiting[node] === 0) order.push(node);
  for (let at = 0; at < order.length; at++) for (const to of next[order[at]]) if (--waiting[to] === 0) order.push(to);
  return order;
};

// Leaves only edges that no longer way implies.
const reduced = (count, next, order) => {
  const words = (count + 31) >> 5;
  const reach = new Uint32Array(words * count);
  const place = new Int32Array(count);
  order.forEach((node, at) => { place[node] = at; });
  const kept = next.map(() => []);
  for (let at = order.length - 1; at >= 0; at--) {
    const node = order[at];
    const mine = reach.subarray(node * words, (node + 1) * words);
    for (const to of [...next[node]].sort((a, b) => place[a] - place[b])) {
      if ((mine[to >> 5] >>> (to & 31)) & 1) continue;
      kept[node].push(to);
      mine[to >> 5] |= 1 << (to & 31);
      const theirs = reach.subarray(to * words, (to + 1) * words);
      for (let word = 0; word < words; word++) mine[word] |= theirs[word];
    }
  }
  return kept;
};

const ranked = (count, next, order) => {
  const rank = new Int32Array(count);
  for (const node of order) for (const to of next[node]) rank[to] = Math.max(rank[to], rank[node] + 1);
  const inbound = new Int32Array(count);
  for (const targets of next) for (const to of targets) inbound[to]++;
  for (let pass = 0; pass < 4; pass++) {
    for (let at = order.length - 1; at >= 0; at--) {
      const node = order[at];
      if (next[node].length <= inbound[node]) continue;
      let nearest = Infinity;
      for (const to of next[node]) nearest = Math.min(nearest, rank[to] - 1);
      rank[node] = Math.max(rank[node], nearest);
    }
  }
  return rank;
};

// Places boxes { width, height } with edges [from, to]; `reduce` leaves implied edges out, `keepBack` keeps those that lead
// back because they close a cycle.
const layered = (boxes, edges, reduce, keepBack) => {
  const count = boxes.length;
  const all = boxes.map(() => []);
  for (const [from, to] of edges) if (from !== to) all[from].push(to);
  const back = backEdges(count, all);
  let next = boxes.map(() => []);
  all.forEach((targets, from) => {
    for (const to of targets) if (!back.has(from * count + to)) next[from].push(to);
  });
  const order = topological(count, next);
  let implied = 0;
  if (reduce && count <= 6000) {
    const before = next.reduce((sum, targets) => sum + targets.length, 0);
    next = reduced(count, next, order);
    implied = before - next.reduce((sum, targets) => sum + targets.length, 0);
  }
  // What leads back is laid out the other way round.
  const turned = new Map();
  for (const key of keepBack ? back : []) {
    const [from, to] = [Math.floor(key / count), key % count];
    const both = next[to].includes(from);
    turned.set(to * count + from, both);
    if (!both) next[to].push(from);
  }
  const rank = ranked(count, next, topological(count, next));
  const net = bent(count, next, rank);
  settle(net);
  return { ...placed(boxes, next, rank, net, turned), implied, back: keepBack ? 0 : back.size };
};

// Adds a node for each rank that an edge passes, unless that makes too many.
const bent = (count, next, rank) => {
  let bends = 0;
  next.forEach((targets, from) => { for (const to of targets) bends += rank[to] - rank[from] - 1; });
  const net = { ranks: [], rank: [...rank], before: [], behind: [], ways: new Map(), real: count, straight: bends > MAX_BENDS };
  for (let node = 0; node < count; node++) { net.before.push([]); net.behind.push([]); }
  const join = (a, b) => { net.behind[a].push(b); net.before[b].push(a); };
  next.forEach((targets, from) => {
    for (const to of targets) {
      const way = [];
      let last = from;
      for (let at = rank[from] + 1; at < rank[to] && !net.straight; at++) {
        const bend = net.rank.length;
        net.rank.push(at); net.before.push([]); net.behind.push([]);
        join(last, bend);
        way.push(bend);
        last = bend;
      }
      join(last, to);
      net.ways.set(from * count + to, way);
    }
  });
  const seen = new Uint8Array(net.rank.length);
  const roots = [...net.rank.keys()].sort((a, b) => net.rank[a] - net.rank[b]);
  for (const root of roots) {
    const stack = [root];
    while (stack.length > 0) {
      const node = stack.pop();
      if (seen[node]) continue;
      seen[node] = 1;
      (net.ranks[net.rank[node]] ??= []).push(node);
      for (let at = net.behind[node].length - 1; at >= 0; at--) stack.push(net.behind[node][at]);
    }
  }
  for (let at = 0; at < net.ranks.length; at++) net.ranks[at] ??= [];
  return net;
};

// Sorts each rank by where the neighbours are, forth and back.
const settle = (net) => {
  const place = new Float64Array(net.rank.length);
  const number = (layer) => layer.forEach((node, at) => { place[node] = (at + 0.5) / layer.length; });
  net.ranks.forEach(number);
  const sort = (layer, near) => {
    const mean = new Map();
    for (const node of layer) {
      let sum = 0;
      for (const other of near[node]) sum += place[other];
      mean.set(node, near[node].length > 0 ? sum / near[node].length : place[node]);
    }
    layer.sort((a, b) => mean.get(a) - mean.get(b));
    number(layer);
  };
  const sweeps = net.rank.length > 5000 ? 3 : 8;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let at = 1; at < net.ranks.length; at++) sort(net.ranks[at], net.before);
    for (let at = net.ranks.length - 2; at >= 0; at--) sort(net.ranks[at], net.behind);
  }
};

const placed = (boxes, next, rank, net, turned) => {
  const middle = new Float64Array(net.rank.length);
  const height = (node) => (node < net.real ? boxes[node].height : 4);
  const gap = (a, b) => (height(a) + height(b)) / 2 + (a < net.real && b < net.real ? 12 : 8);
  const left = new Float64Array(net.rank.length);
  const right = new Float64Array(net.rank.length);
  const total = (layer) => layer.reduce((sum, node, at) => sum + (at > 0 ? gap(layer[at - 1], node) : 0), 0);
  // A rank with very many boxes takes several columns.
  const columns = [];
  for (const layer of net.ranks) {
    const parts = net.straight ? Math.ceil(layer.length / COLUMN) : 1;
    const size = Math.ceil(layer.length / parts);
    for (let part = 0; part < parts; part++) columns.push(layer.slice(part * size, (part + 1) * size));
  }
  let x = 0;
  columns.forEach((layer, at) => {
    const width = layer.reduce((most, node) => Math.max(most, node < net.real ? boxes[node].width : 0), 0);
    let y = -total(layer) / 2;
    layer.forEach((node, index) => {
      if (index > 0) y += gap(layer[index - 1], node);
      middle[node] = y;
      left[node] = x;
      right[node] = x + width;
    });
    const edges = layer.reduce((sum, node) => sum + net.behind[node].length, 0);
    x += width + 60 + Math.min(120, edges);
  });
  if (!net.straight) align(net, middle, gap);
  const places = boxes.map((box, node) => ({ x: left[node], y: middle[node] - box.height / 2, width: box.width, height: box.height }));
  const routes = [];
  next.forEach((targets, from) => {
    for (const to of targets) {
      const points = [left[from] + boxes[from].width, middle[from], right[from], middle[from]];
      for (const bend of net.ways.get(from * net.real + to)) points.push(left[bend], middle[bend], right[bend], middle[bend]);
      points.push(left[to], middle[to]);
      const both = turned.get(from * net.real + to);
      if (both !== false) routes.push({ from, to, points });
      if (both !== undefined) routes.push({ from: to, to: from, points: backwards(points), back: true });
    }
  });
  return { places, routes };
};

const backwards = (points) => {
  const turned = [];
  for (let at = points.length - 2; at >= 0; at -= 2) turned.push(points[at], points[at + 1]);
  return turned;
};

// Moves boxes towards the middle of their neighbours as far as those beside them let them.
const align = (net, middle, gap) => {
  for (let pass = 0; pass < 12; pass++) {
    const forth = pass % 2 === 0;
    const layers = forth ? net.ranks : [...net.ranks].reverse();
    for (const layer of layers) {
      const near = forth ? net.before : net.behind;
      const wish = layer.map((node) => {
        const others = near[node];
        return others.length > 0 ? others.reduce((sum, other) => sum + middle[other], 0) / others.length : middle[node];
      });
      // Blocks of boxes that touch move together, to the mean of their wishes.
      const blocks = [];
      layer.forEach((_, at) => {
        let block = { nodes: [at], offsets: [0], at: wish[at], end: 0 };
        while (blocks.length > 0) {
          const last = blocks[blocks.length - 1];
          const step = last.end + gap(layer[last.nodes[last.nodes.length - 1]], layer[block.nodes[0]]);
          if (last.at + step <= block.at) break;
          blocks.pop();
          const offsets = block.offsets.map((by) => by + step);
          const nodes = last.nodes.concat(block.nodes);
          const all = last.offsets.concat(offsets);
          const sum = nodes.reduce((sum, index, i) => sum + wish[index] - all[i], 0);
          block = { nodes, offsets: all, at: sum / nodes.length, end: all[all.length - 1] };
        }
        blocks.push(block);
      });
      for (const block of blocks) block.nodes.forEach((index, i) => { middle[layer[index]] = block.at + block.offsets[i]; });
    }
  }
};
