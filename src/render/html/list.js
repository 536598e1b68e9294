// The list of modules: groups, their modules, their versions; only the rows in sight are in the page.
const ROW = 22;

class List {
  constructor(graph, actions) {
    this.graph = graph;
    this.actions = actions;
    this.tree = document.getElementById('tree');
    this.body = document.getElementById('rows');
    this.open = new Set();
    this.hits = null;
    this.rows = [];
    this.active = 0;
    this.chosen = null;
    this.tree.addEventListener('scroll', () => this.paint());
    new ResizeObserver(() => this.paint()).observe(this.tree);
    this.tree.addEventListener('keydown', (event) => this.key(event));
    this.tree.addEventListener('focus', () => this.paint());
    this.body.addEventListener('click', (event) => {
      const row = event.target.closest('.row');
      if (!row) return;
      this.active = Number(row.dataset.at);
      if (event.target.closest('.twist')) this.toggle(this.rows[this.active]);
      else this.pick(this.rows[this.active]);
      this.tree.focus();
    });
    this.filter(null);
  }

  filter(hits) {
    this.hits = hits;
    this.active = 0;
    this.tree.scrollTop = 0;
    this.build();
  }

  // Lists the rows that are not folded away.
  build() {
    const rows = [];
    const { hits } = this;
    for (const group of this.graph.groups) {
      const modules = hits ? group.modules.filter((module) => hits[module.id]) : group.modules;
      if (modules.length === 0) continue;
      const single = group.modules.length === 1;
      if (!single) {
        const open = hits ? !this.open.has(`-g${group.id}`) : this.open.has(`g${group.id}`);
        rows.push({ key: `g${group.id}`, level: 1, open, group, name: group.name, more: hits ? `${modules.length} of ${group.modules.length} modules` : `${modules.length} modules` });
        if (!open) continue;
      }
      for (const module of modules) this.addModule(rows, module, single ? 1 : 2);
    }
    this.rows = rows;
    this.body.style.height = `${rows.length * ROW}px`;
    this.paint();
  }

  addModule(rows, module, level) {
    const several = module.versions.length > 1;
    const open = several ? this.open.has(`m${module.id}`) : undefined;
    const marks = [module.majors ? 'several majors' : '', module.replaced ? 'replaced' : ''].filter(Boolean).join(', ');
    const more = module.main ? 'main module' : [module.selected.version, marks].filter(Boolean).join(' · ');
    rows.push({ key: `m${module.id}`, level, open, version: module.selected, module, name: module.path, more });
    if (!open) return;
    for (const version of byWorth(module.versions)) {
      rows.push({ key: `v${version.id}`, level: level + 1, version, name: version.version, more: version.selected ? 'selected' : 'not selected', lost: !version.selected });
    }
  }

  toggle(row) {
    if (row.open === undefined) return;
    const key = this.hits && row.group ? `-${row.key}` : row.key;
    if (!this.open.delete(key)) this.open.add(key);
    this.build();
  }

  pick(row) {
    if (!row) return;
    if (row.group) { this.toggle(row); this.actions.group(row.group); } else this.actions.choose(row.version);
  }

  // Brings a version into sight, unless the list is filtered.
  reveal(version) {
    this.chosen = version;
    if (version && !this.hits) {
      const { module } = version;
      if (this.graph.groups[module.group].modules.length > 1) this.open.add(`g${module.group}`);
      if (!version.selected) this.open.add(`m${module.id}`);
      this.build();
      const key = version.selected ? `m${module.id}` : `v${version.id}`;
      const at = this.rows.findIndex((row) => row.key === key);
      if (at >= 0) { this.active = at; this.scrollTo(at); }
    }
    this.paint();
  }

  scrollTo(at) {
    const [top, height] = [at * ROW, this.tree.clientHeight];
    if (top < this.tree.scrollTop) this.tree.scrollTop = top;
    else if (top + ROW > this.tree.scrollTop + height) this.tree.scrollTop = top + ROW - height;
  }

  key(event) {
    const row = this.rows[this.active];
    const page = Math.max(1, Math.floor(this.tree.clientHeight / ROW) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.ctrlKey || event.metaKey || event.altKey || !row) return;
    if (event.key in steps) {
      this.active = Math.min(this.rows.length - 1, Math.max(0, this.active + steps[event.key]));
      this.scrollTo(this.active);
      this.paint();
    } else if (event.key === 'ArrowRight' && row.open === false) this.toggle(row);
    else if (event.key === 'ArrowLeft' && row.open) this.toggle(row);
    else if (event.key === 'ArrowLeft') {
      let at = this.active;
      while (at > 0 && this.rows[at].level >= row.level) at--;
      this.active = at;
      this.scrollTo(at);
      this.paint();
    } else if (event.key === 'Enter' || event.key === ' ') this.pick(row);
    else return;
    event.preventDefault();
  }

  paint() {
    const first = Math.max(0, Math.floor(this.tree.scrollTop / ROW) - 4);
    const last = Math.min(this.rows.length, first + Math.ceil(this.tree.clientHeight / ROW) + 8);
    const rows = [];
    for (let at = first; at < last; at++) rows.push(this.element(this.rows[at], at));
    this.body.replaceChildren(...rows);
    const active = this.rows[this.active];
    if (active) this.tree.setAttribute('aria-activedescendant', `row-${active.key}`);
    else this.tree.removeAttribute('aria-activedescendant');
  }

  element(row, at) {
    const element = make('div', 'row');
    element.id = `row-${row.key}`;
    element.dataset.at = String(at);
    element.style.top = `${at * ROW}px`;
    element.style.paddingLeft = `${(row.level - 1) * 14 + 4}px`;
    element.setAttribute('role', 'treeitem');
    element.setAttribute('aria-level', String(row.level));
    if (row.open !== undefined) element.setAttribute('aria-expanded', String(row.open));
    const chosen = this.chosen !== null && (row.version === this.chosen && (row.module !== undefined || !this.chosen.selected));
    element.setAttribute('aria-selected', String(chosen));
    element.classList.toggle('chosen', chosen);
    element.classList.toggle('active', at === this.active && document.activeElement === this.tree);
    element.classList.toggle('lost', row.lost === true);
    const name = make('span', 'name');
    name.append(make('bdi', '', row.name));
    name.title = row.name;
    element.append(make('span', 'twist', row.open === undefined ? '' : row.open ? '▾' : '▸'), name, make('span', 'more', row.more));
    return element;
  }
}

const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};
