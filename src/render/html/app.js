// The page: search, filters, what is drawn, what is said of the chosen module.
const SHOWN = 60;
const NEAR = 24;

class App {
  constructor() {
    this.graph = read();
    this.chosen = null;
    this.mode = 'overview';
    this.fold = this.graph.fold;
    document.getElementById('fold').value = this.fold;
    this.unfolded = new Set();
    this.hits = null;
    this.element = (id) => document.getElementById(id);
    this.picture = new Picture(this.element('canvas'), { choose: (at) => this.clicked(at), unfold: (at) => this.unfold(at) });
    this.list = new List(this.graph, { choose: (version) => this.choose(version), group: (group) => this.show(group) });
    this.help = [...this.element('details').childNodes];
    this.count();
    this.listen();
    this.draw(false);
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
  }

  count() {
    const modules = this.graph.modules.filter((module) => !module.tool);
    const versions = modules.reduce((sum, module) => sum + module.versions.length, 0);
    const requirements = this.graph.versions.reduce((sum, version) => sum + version.requires.length, 0);
    const say = (number, noun) => `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
    this.element('counts').textContent = `${say(modules.length, 'module')}, ${say(versions, 'version')}, ${say(requirements, 'requirement')}`;
  }

  listen() {
    const on = (id, name, run) => this.element(id).addEventListener(name, run);
    on('search', 'input', () => this.filter());
    on('filters', 'change', () => this.filter());
    on('search', 'keydown', (event) => { if (event.key === 'ArrowDown' || event.key === 'Enter') { event.preventDefault(); this.element('tree').focus(); } });
    on('overview', 'click', () => { this.mode = 'overview'; this.draw(false); });
    on('around', 'click', () => { this.mode = 'around'; this.draw(false); });
    on('fold', 'change', (event) => { this.fold = event.target.value; this.unfolded.clear(); this.mode = 'overview'; this.draw(false); });
    on('reduce', 'change', () => this.draw(false));
    on('in', 'click', () => this.picture.zoomBy(1.25));
    on('out', 'click', () => this.picture.zoomBy(0.8));
    on('fit', 'click', () => this.picture.fit());
    document.addEventListener('keydown', (event) => {
      if (event.key === '/' && !/^(INPUT|SELECT)$/.test(event.target.tagName)) {
        event.preventDefault();
        this.element('search').focus();
      } else if (event.key === 'Escape') this.clear();
    });
  }

  clear() {
    this.element('search').value = '';
    for (const box of this.element('filters').querySelectorAll('input')) box.checked = false;
    this.filter();
    this.choose(null);
  }

  filter() {
    const filters = new Set([...this.element('filters').querySelectorAll('input:checked')].map((box) => box.value));
    this.hits = matching(this.graph, this.element('search').value, filters);
    this.list.filter(this.hits);
    const found = this.hits ? this.hits.reduce((sum, hit) => sum + hit, 0) : 0;
    this.element('found').textContent = this.hits ? (found === 1 ? '1 module found' : `${found.toLocaleString('en')} modules found`) : '';
    this.mark();
    this.picture.moved(this.picture.inSight);
    if (this.hits !== null && this.mode === 'overview') this.picture.reveal((box) => box.hit);
  }

  choose(version) {
    this.chosen = version;
    this.element('around').disabled = version === null;
    this.mode = version === null ? 'overview' : 'around';
    this.list.reveal(version);
    this.describe();
    this.draw(false);
  }

  // Shows where a group is in the overview.
  show(group) {
    if (this.mode !== 'overview') return;
    const at = this.scene.boxes.findIndex((box) => box.modules.some((module) => module.group === group.id));
    if (at >= 0) this.picture.centre(at);
  }

  clicked(at) {
    if (at < 0) return;
    const box = this.scene.boxes[at];
    if (!box.several) { this.choose(box.version); return; }
    this.chosen = null;
    this.element('around').disabled = true;
    this.list.reveal(null);
    this.describeGroup(box);
    for (const other of this.scene.boxes) other.chosen = other === box;
    this.picture.redraw();
  }

  unfold(at) {
    const box = this.scene.boxes[at];
    if (!box.several || this.mode !== 'overview') return;
    for (const module of box.modules) this.unfolded.add(module.id);
    this.draw(true);
  }

  // Makes boxes of what is to be drawn and places them.
  draw(keep) {
    const around = this.mode === 'around' && this.chosen !== null;
    this.element('overview').setAttribute('aria-pressed', String(!around));
    this.element('around').setAttribute('aria-pressed', String(around));
    const { boxes, edges, chain, note } = around ? this.near() : this.all();
    for (const box of boxes) { box.width = this.picture.measure(box.label, box.below); box.height = box.below ? 36 : 24; }
    const reduce = !around && this.element('reduce').checked && edges.length > 100;
    // Between folded boxes a cycle means nothing: one module of each is enough for it.
    const layout = layered(boxes, edges, reduce, !boxes.some((box) => box.several));
    const steps = new Set((chain ?? []).slice(1).map((to, at) => chain[at] * boxes.length + to));
    for (const route of layout.routes) route.chain = steps.has(route.from * boxes.length + route.to);
    this.scene = { boxes, ...layout };
    const notes = [note];
    if (layout.implied > 0) notes.push(`${layout.implied.toLocaleString('en')} arrows that longer ways imply are not drawn`);
    if (layout.back > 0) notes.push(`${layout.back.toLocaleString('en')} that lead back are not drawn`);
    this.element('note').textContent = notes.filter(Boolean).join('; ');
    this.mark();
    this.picture.show(this.scene, keep);
  }

  all() {
    const boxes = [];
    const boxOf = new Map();
    const put = (key, make) => {
      let at = boxOf.get(key);
      if (at === undefined) { at = boxes.length; boxOf.set(key, at); boxes.push(make()); }
      return at;
    };
    const of = new Int32Array(this.graph.versions.length).fill(-1);
    for (const version of this.graph.versions) {
      const { module } = version;
      if (module.tool && this.fold !== 'version') continue;
      const unit = this.graph.units[module.unit];
      const folded = this.fold === 'group' && unit.modules.length > 1 && !module.main && !this.unfolded.has(module.id);
      if (folded) {
        const members = unit.modules.filter((other) => !this.unfolded.has(other.id));
        of[version.id] = put(`u${module.unit}`, () => (members.length > 1 ? groupBox(unit, members) : moduleBox(module)));
      } else if (this.fold === 'version') of[version.id] = put(`v${version.id}`, () => versionBox(version));
      else of[version.id] = put(`m${module.id}`, () => moduleBox(module));
    }
    const seen = new Set();
    const edges = [];
    const connect = (versions, wanted) => {
      for (const version of versions) {
        for (const to of version.requires) {
          const [a, b] = [of[version.id], of[to]];
          if (a < 0 || b < 0 || a === b || seen.has(a * boxes.length + b) || !wanted(b)) continue;
          seen.add(a * boxes.length + b);
          edges.push([a, b]);
        }
      }
    };
    const every = this.fold === 'version';
    connect(this.graph.versions.filter((version) => every || version.selected), () => true);
    // What no selected version requires hangs on the others.
    const required = new Set(edges.map(([, to]) => to));
    if (!every) connect(this.graph.versions.filter((version) => !version.selected), (to) => !required.has(to));
    // Arrows away from what is left of a host mean little; a box keeps them that has no others.
    const better = new Set(edges.filter(([from]) => !boxes[from].rest).map(([, to]) => to));
    const kept = edges.filter(([from, to]) => !boxes[from].rest || !better.has(to));
    const note = this.fold === 'version' ? '' : 'Arrows: what selected versions require';
    return { boxes, edges: kept, note };
  }

  // The chain from main, and whatever is next to the chosen version.
  near() {
    const { chosen, graph } = this;
    const chain = chainTo(graph, chosen);
    const first = new Set(chain);
    const others = (ids) => ids.map((id) => graph.versions[id]).filter((version) => !first.has(version) && !version.module.tool);
    const rank = (version) => (version.main ? 0 : version.selected ? 1 : 2);
    const best = (list) => list.sort((a, b) => rank(a) - rank(b) || a.id - b.id).slice(0, NEAR);
    const [by, requires] = [others(chosen.requiredBy), others(chosen.requires)];
    const shown = [...new Set([...chain, chosen, ...best(by), ...best(requires)])];
    const at = new Map(shown.map((version, index) => [version.id, index]));
    const edges = [];
    const inChain = (a, b) => { const i = chain.indexOf(a); return i >= 0 && chain[i + 1] === b; };
    for (const version of shown) {
      for (const to of version.requires) {
        const target = graph.versions[to];
        if (at.has(to) && (version === chosen || target === chosen || inChain(version, target))) edges.push([at.get(version.id), at.get(to)]);
      }
    }
    const hidden = Math.max(0, by.length - NEAR) + Math.max(0, requires.length - NEAR);
    const note = hidden > 0 ? `${hidden} more neighbours are in the list at the side` : '';
    return { boxes: shown.map(versionBox), edges, chain: chain.map((version) => at.get(version.id)), note };
  }

  // Says which boxes are chosen, found, or neither.
  mark() {
    for (const box of this.scene.boxes) {
      box.hit = this.hits !== null && box.modules.some((module) => this.hits[module.id]);
      box.dim = this.hits !== null && !box.hit && this.mode === 'overview';
      box.chosen = this.chosen !== null && !box.several && box.modules[0] === this.chosen.module && (!box.single || box.version === this.chosen);
    }
  }

  describeGroup(box) {
    const details = this.element('details');
    const parts = [make('h2', '', box.name), make('p', '', `${box.modules.length} modules`)];
    parts.push(this.versions(box.modules.map((module) => module.selected), 'ul'));
    details.replaceChildren(...parts);
  }

  describe() {
    const details = this.element('details');
    const { chosen } = this;
    if (chosen === null) { details.replaceChildren(...this.help); return; }
    const { module } = chosen;
    const parts = [make('h2', '', chosen.name), this.badges(chosen)];
    const section = (title, ...content) => parts.push(make('h3', '', title), ...content);
    if (!chosen.main) {
      const chain = chainTo(this.graph, chosen);
      section('Why it is here', chain.length > 0 ? this.versions(chain, 'ol', 'chain') : make('p', 'small', 'Nothing in the graph leads to it.'));
    }
    const by = chosen.requiredBy.map((id) => this.graph.versions[id]);
    section(`Required by ${by.length}`, this.versions(by, 'ul'));
    const requires = chosen.requires.map((id) => this.graph.versions[id]);
    section(`Requires ${requires.length}`, this.versions(requires, 'ul'));
    if (!module.main && !chosen.selected && chosen.requires.length === 0) parts.push(make('p', 'small', 'Graph pruning may have kept its requirements out of the graph.'));
    if (module.versions.length > 1) section(`Versions in the graph: ${module.versions.length}`, this.versions(byWorth(module.versions), 'ul'));
    details.replaceChildren(...parts);
    details.scrollTop = 0;
  }

  badges(version) {
    const badges = make('p', 'badges');
    const add = (holds, className, text) => { if (holds) badges.append(make('span', `badge ${className}`, text)); };
    add(version.main, 'main', 'main module');
    add(!version.main && version.selected, '', 'selected');
    add(!version.selected, '', `not selected: ${version.module.selected.version || 'the main module'} is`);
    add(version.module.majors, 'majors', 'several majors are selected');
    add(version.replaced !== null, 'replaced', `replaced by ${version.replaced}`);
    add(version.module.direct, '', 'required by a main module');
    return badges;
  }

  // A list of versions to choose from; a long one is cut, with a button for the rest.
  versions(versions, tag, className = '') {
    const list = make(tag, `list ${className}`);
    const add = (version) => {
      const item = make('li');
      const button = make('button', version.selected ? '' : 'lost', version.selected ? version.name : `${version.name} (not selected)`);
      button.type = 'button';
      button.addEventListener('click', () => this.choose(version));
      item.append(button);
      list.append(item);
    };
    versions.slice(0, SHOWN).forEach(add);
    if (versions.length > SHOWN) {
      const item = make('li');
      const button = make('button', '', `show ${versions.length - SHOWN} more`);
      button.type = 'button';
      button.addEventListener('click', () => { item.remove(); versions.slice(SHOWN).forEach(add); });
      item.append(button);
      list.append(item);
    }
    return list;
  }
}

// The selected version, then the others from the highest down.
const byWorth = (versions) => [...versions].sort((a, b) => Number(b.selected) - Number(a.selected) || b.id - a.id);

const shortened = (name) => (name.length > 44 ? `${name.slice(0, 19)}…${name.slice(-24)}` : name);

const versionBox = (version) => ({
  name: version.name, label: shortened(version.module.path), single: true, version, modules: [version.module],
  below: [version.version, version.module.majors && version.selected ? 'several majors' : '', version.replaced ? `=> ${shortened(version.replaced)}` : ''].filter(Boolean).join(' · '),
  main: version.main, lost: !version.selected, majors: version.selected && version.module.majors, replaced: version.replaced !== null, several: false,
});

const moduleBox = (module) => ({
  name: module.path, label: shortened(module.path), single: false, version: module.selected, modules: [module],
  below: [module.selected.version, module.versions.length > 1 ? `${module.versions.length - 1} lower` : '', module.majors ? 'several majors' : '', module.replaced ? 'replaced' : ''].filter(Boolean).join(' · '),
  main: module.main, lost: false, majors: module.majors, replaced: module.replaced, several: false,
});

const groupBox = (unit, modules) => ({
  name: unit.name, label: shortened(unit.name), rest: unit.rest, single: false, version: null, modules,
  below: [`${modules.length} modules`, modules.some((module) => module.majors) ? 'several majors' : '', modules.some((module) => module.replaced) ? 'replaced' : ''].filter(Boolean).join(' · '),
  main: false, lost: false, majors: modules.some((module) => module.majors), replaced: modules.some((module) => module.replaced), several: true,
});

new App();
