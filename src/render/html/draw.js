// The canvas: boxes, arrows, moving and zooming.
const FONT = '12px ui-monospace, SFMono-Regular, Menlo, "DejaVu Sans Mono", "Liberation Mono", Consolas, monospace';
const SMALL = FONT.replace('12px', '10.5px');
const MANY = 2500;
const READABLE = 0.62;

class Picture {
  constructor(canvas, actions) {
    this.canvas = canvas;
    this.pen = canvas.getContext('2d');
    this.actions = actions;
    this.scene = null;
    this.view = { x: 0, y: 0, zoom: 1 };
    this.dim = null;
    this.waiting = false;
    this.moving = 0;
    // How many arrows were in sight when they were drawn last.
    this.inSight = 0;
    new ResizeObserver(() => this.resize()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.recolor());
    this.listen();
    this.resize();
    this.recolor();
  }

  recolor() {
    const style = getComputedStyle(document.documentElement);
    this.colors = {};
    for (const name of ['back', 'panel', 'text', 'soft', 'border', 'edge', 'main', 'onmain', 'major', 'replaced', 'chosen', 'hit', 'in', 'out', 'cycle']) {
      this.colors[name] = style.getPropertyValue(`--${name}`).trim();
    }
    this.redraw();
  }

  resize() {
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth, clientHeight } = this.canvas;
    if (clientWidth === 0 || clientHeight === 0) return;
    const first = this.width === undefined;
    [this.width, this.height, this.ratio] = [clientWidth, clientHeight, ratio];
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    if (first && this.scene) this.begin();
    this.draw();
  }

  // Shows boxes at their places; `keep` leaves the view where it is.
  show(scene, keep) {
    this.scene = scene;
    for (const route of scene.routes) route.around = around(route.points);
    if (!keep) this.begin();
    this.redraw();
  }

  // Fits the drawing; where nobody could read it then, its begin is shown larger.
  begin() {
    this.fit();
    if (this.width === undefined || this.view.zoom >= READABLE) return;
    this.view.zoom = READABLE;
    const main = Math.max(0, this.scene.boxes.findIndex((box) => box.main));
    const place = this.scene.places[main] ?? { x: 0, y: 0, height: 0 };
    this.view.x = 16 - place.x * READABLE;
    this.view.y = this.height / 2 - (place.y + place.height / 2) * READABLE;
  }

  measure(label, below) {
    this.pen.font = FONT;
    const wide = this.pen.measureText(label).width;
    this.pen.font = SMALL;
    return Math.ceil(Math.max(wide, below ? this.pen.measureText(below).width : 0)) + 24;
  }

  bounds() {
    let [left, top, right, bottom] = [0, 0, 1, 1];
    for (const place of this.scene.places) {
      left = Math.min(left, place.x); top = Math.min(top, place.y);
      right = Math.max(right, place.x + place.width); bottom = Math.max(bottom, place.y + place.height);
    }
    return { left, top, right, bottom };
  }

  fit() {
    if (!this.scene || this.width === undefined) return;
    const { left, top, right, bottom } = this.bounds();
    const zoom = Math.min(this.width / (right - left + 60), this.height / (bottom - top + 60), 1.4);
    this.view.zoom = Math.max(zoom, 0.005);
    this.view.x = (this.width - (right - left) * this.view.zoom) / 2 - left * this.view.zoom;
    this.view.y = (this.height - (bottom - top) * this.view.zoom) / 2 - top * this.view.zoom;
    this.redraw();
  }

  centre(index) {
    const place = this.scene.places[index];
    const { zoom } = this.view;
    this.view.x = this.width / 2 - (place.x + place.width / 2) * zoom;
    this.view.y = this.height / 2 - (place.y + place.height / 2) * zoom;
    this.redraw();
  }

  // Centres a box for which `wanted` holds, unless one is in sight.
  reveal(wanted) {
    const { zoom } = this.view;
    const inSight = ({ x, y, width, height }) => {
      const [left, top] = [x * zoom + this.view.x, y * zoom + this.view.y];
      return left + width * zoom > 0 && left < this.width && top + height * zoom > 0 && top < this.height;
    };
    let first = -1;
    for (let at = 0; at < this.scene.boxes.length; at++) {
      if (!wanted(this.scene.boxes[at])) continue;
      if (inSight(this.scene.places[at])) return;
      if (first < 0) first = at;
    }
    if (first >= 0) this.centre(first);
  }

  zoomBy(factor, x = this.width / 2, y = this.height / 2) {
    const zoom = Math.min(3, Math.max(0.005, this.view.zoom * factor));
    this.view.x = x - (x - this.view.x) * (zoom / this.view.zoom);
    this.view.y = y - (y - this.view.y) * (zoom / this.view.zoom);
    this.view.zoom = zoom;
    this.moved();
  }

  moveBy(x, y) {
    this.view.x += x;
    this.view.y += y;
    this.moved();
  }

  // While a large drawing changes its arrows are left out, where many are in sight.
  moved(count = this.scene?.routes.length ?? 0) {
    clearTimeout(this.moving);
    this.moving = 0;
    if (count > MANY) {
      this.moving = setTimeout(() => { this.moving = 0; this.redraw(); }, 140);
    }
    this.redraw();
  }

  redraw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.draw(); });
  }

  listen() {
    const { canvas } = this;
    let start = null;
    const at = (event) => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
    canvas.addEventListener('wheel', (event) => {
      event.preventDefault();
      const [x, y] = at(event);
      this.zoomBy(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0015)), x, y);
    }, { passive: false });
    canvas.addEventListener('pointerdown', (event) => {
      start = { x: event.clientX, y: event.clientY, moved: false };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!start) {
        const hit = this.hit(...at(event));
        canvas.style.cursor = hit < 0 ? 'grab' : 'pointer';
        canvas.title = hit < 0 ? '' : this.scene.boxes[hit].name;
        return;
      }
      const [x, y] = [event.clientX - start.x, event.clientY - start.y];
      if (start.moved || Math.abs(x) + Math.abs(y) > 4) {
        this.moveBy(x, y);
        start = { x: event.clientX, y: event.clientY, moved: true };
      }
    });
    canvas.addEventListener('pointerup', (event) => {
      if (start && !start.moved) this.actions.choose(this.hit(...at(event)));
      start = null;
    });
    canvas.addEventListener('pointercancel', () => { start = null; });
    canvas.addEventListener('dblclick', (event) => {
      const hit = this.hit(...at(event));
      if (hit >= 0) this.actions.unfold(hit);
    });
    canvas.addEventListener('keydown', (event) => {
      const step = 60;
      const keys = {
        ArrowLeft: () => this.moveBy(step, 0), ArrowRight: () => this.moveBy(-step, 0),
        ArrowUp: () => this.moveBy(0, step), ArrowDown: () => this.moveBy(0, -step),
        '+': () => this.zoomBy(1.25), '=': () => this.zoomBy(1.25), '-': () => this.zoomBy(0.8), 0: () => this.fit(),
      };
      if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      keys[event.key]();
    });
  }

  hit(x, y) {
    if (!this.scene) return -1;
    const [left, top] = [(x - this.view.x) / this.view.zoom, (y - this.view.y) / this.view.zoom];
    return this.scene.places.findIndex((place) =>
      left >= place.x && left <= place.x + place.width && top >= place.y && top <= place.y + place.height);
  }

  draw() {
    const { pen, scene, view, colors } = this;
    if (!colors || this.width === undefined) return;
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.fillStyle = colors.back;
    pen.fillRect(0, 0, this.width, this.height);
    if (!scene) return;
    pen.translate(view.x, view.y);
    pen.scale(view.zoom, view.zoom);
    const box = { left: -view.x / view.zoom, top: -view.y / view.zoom };
    box.right = box.left + this.width / view.zoom;
    box.bottom = box.top + this.height / view.zoom;
    if (!this.moving) this.drawRoutes(box);
    for (let index = 0; index < scene.boxes.length; index++) {
      const place = scene.places[index];
      if (place.x > box.right || place.y > box.bottom || place.x + place.width < box.left || place.y + place.height < box.top) continue;
      this.drawBox(scene.boxes[index], place);
    }
  }

  drawRoutes(box) {
    const { pen, scene, colors, view } = this;
    const many = scene.routes.length > MANY;
    const width = Math.max(1, 0.6 / view.zoom);
    const plain = new Path2D();
    const back = new Path2D();
    const [into, out, chain] = [new Path2D(), new Path2D(), new Path2D()];
    this.inSight = 0;
    for (const route of scene.routes) {
      const { points } = route;
      const last = points.length;
      const [from, to] = [scene.boxes[route.from], scene.boxes[route.to]];
      let path = plain;
      if (!meets(box, route.around)) continue;
      this.inSight++;
      if (route.chain) path = chain;
      else if (to.chosen) path = into;
      else if (from.chosen) path = out;
      else if (from.dim || to.dim) continue;
      else if (route.back) path = back;
      trace(path, points, many && path === plain, box);
      if (!many || path !== plain) arrow(path, points[last - 2], points[last - 1], route.back);
    }
    const stroke = (path, color, alpha, wide) => {
      pen.globalAlpha = alpha;
      pen.strokeStyle = color;
      pen.lineWidth = width * wide;
      pen.stroke(path);
    };
    stroke(plain, colors.edge, many ? 0.18 : 0.7, 1);
    pen.setLineDash([7, 3]);
    stroke(back, colors.cycle, many ? 0.25 : 0.8, 1);
    pen.setLineDash([]);
    stroke(out, colors.out, 0.95, 1.6);
    stroke(into, colors.in, 0.95, 1.6);
    stroke(chain, colors.chosen, 1, 2.6);
    pen.globalAlpha = 1;
  }

  drawBox(box, place) {
    const { pen, colors, view } = this;
    pen.globalAlpha = box.dim ? 0.25 : 1;
    // What nobody could see is not drawn: text, round corners, dashes.
    const small = view.zoom < 0.28;
    const outline = (x, y) => {
      pen.beginPath();
      if (small) pen.rect(x, y, place.width, place.height); else pen.roundRect(x, y, place.width, place.height, 5);
    };
    pen.lineWidth = box.chosen ? 3 : 1;
    pen.strokeStyle = box.chosen ? colors.chosen : box.main ? colors.main : colors.border;
    if (box.several) { pen.fillStyle = colors.panel; outline(place.x + 4, place.y + 4); pen.fill(); pen.stroke(); }
    pen.fillStyle = box.main ? colors.main : box.hit ? colors.hit : box.lost ? colors.back : colors.panel;
    outline(place.x, place.y);
    pen.fill();
    if (box.lost && !small) pen.setLineDash([4, 3]);
    pen.stroke();
    if (box.lost && !small) pen.setLineDash([]);
    let mark = place.x + 3;
    for (const [holds, color] of [[box.replaced, colors.replaced], [box.majors, colors.major]]) {
      if (!holds) continue;
      pen.fillStyle = color;
      pen.fillRect(mark, place.y + 4, 3, place.height - 8);
      mark += 4;
    }
    if (!small) {
      pen.fillStyle = box.main ? colors.onmain : box.lost ? colors.soft : colors.text;
      pen.font = FONT;
      pen.fillText(box.label, place.x + 12, place.y + 16);
      if (box.below) {
        pen.fillStyle = box.main ? colors.onmain : colors.soft;
        pen.font = SMALL;
        pen.fillText(box.below, place.x + 12, place.y + 29);
      }
    }
    pen.globalAlpha = 1;
  }
}

// The room that a way takes: curves do not leave it.
const around = (points) => {
  const room = { left: points[0], right: points[0], top: points[1], bottom: points[1] };
  for (let at = 2; at < points.length; at += 2) {
    room.left = Math.min(room.left, points[at]); room.right = Math.max(room.right, points[at]);
    room.top = Math.min(room.top, points[at + 1]); room.bottom = Math.max(room.bottom, points[at + 1]);
  }
  return room;
};

const meets = (box, room) => room.left <= box.right && room.right >= box.left && room.top <= box.bottom && room.bottom >= box.top;

// Of a long way only what is in sight is drawn.
const trace = (path, points, straight, box) => {
  let away = true;
  for (let at = 2; at < points.length; at += 2) {
    const x = points[at - 2], y = points[at - 1], nextX = points[at], nextY = points[at + 1];
    if (Math.max(x, nextX) < box.left || Math.min(x, nextX) > box.right || Math.max(y, nextY) < box.top || Math.min(y, nextY) > box.bottom) { away = true; continue; }
    if (away) path.moveTo(x, y);
    away = false;
    if (straight || y === nextY) path.lineTo(nextX, nextY);
    else { const middle = (x + nextX) / 2; path.bezierCurveTo(middle, y, middle, nextY, nextX, nextY); }
  }
};

const arrow = (path, x, y, back) => {
  const length = back ? 6 : -6;
  path.moveTo(x + length, y - 3);
  path.lineTo(x, y);
  path.lineTo(x + length, y + 3);
};
