// The graph: module versions by number, who requires whom, what a name means.
const read = () => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const versions = data.versions.map(([path, version, flags], id) => ({
    id, path, version, module: null, main: (flags & 1) !== 0, selected: (flags & 2) !== 0,
    replaced: null, requires: data.requires[id], requiredBy: [],
  }));
  for (const [id, by] of data.replaced) versions[id].replaced = by;
  for (const version of versions) for (const to of version.requires) versions[to].requiredBy.push(version.id);
  const modules = data.modules.map(([path, group, unit, flags], id) => ({
    id, path, group, unit, majors: (flags & 1) !== 0, tool: (flags & 2) !== 0, versions: [], selected: null,
    main: false, replaced: false, direct: false, text: path.toLowerCase(),
  }));
  for (const version of versions) {
    const module = modules[version.path];
    version.module = module;
    version.name = version.version ? `${module.path}@${version.version}` : module.path;
    version.text = version.name.toLowerCase();
    module.versions.push(version);
    module.main ||= version.main;
    module.replaced ||= version.replaced !== null;
    if (version.selected || module.selected === null) module.selected = version;
  }
  for (const version of versions) if (version.main) for (const to of version.requires) versions[to].module.direct = true;
  const groups = data.groups.map((name, id) => ({ id, name, modules: [] }));
  for (const module of modules) groups[module.group].modules.push(module);
  const units = data.units.map(([name, rest]) => ({ name, rest, modules: [] }));
  for (const module of modules) units[module.unit].modules.push(module);
  return { versions, modules, groups, units, fold: data.fold };
};

// The shortest chain of requirements from a main module to a version, as versions.
const chainTo = (graph, goal) => {
  const by = new Int32Array(graph.versions.length).fill(-2);
  let layer = graph.versions.filter((version) => version.main).map((version) => version.id);
  for (const id of layer) by[id] = -1;
  while (layer.length > 0 && by[goal.id] === -2) {
    const next = [];
    for (const from of layer) {
      for (const to of graph.versions[from].requires) {
        if (by[to] === -2) { by[to] = from; next.push(to); }
      }
    }
    layer = next;
  }
  if (by[goal.id] === -2) return [];
  const chain = [];
  for (let id = goal.id; id >= 0; id = by[id]) chain.push(graph.versions[id]);
  return chain.reverse();
};

// The modules that a search and filters leave, as a Uint8Array over modules; null where nothing is asked.
const matching = (graph, query, filters) => {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0 && filters.size === 0) return null;
  const hits = new Uint8Array(graph.modules.length);
  for (const module of graph.modules) {
    if (filters.has('direct') && !module.direct) continue;
    if (filters.has('majors') && !module.majors) continue;
    if (filters.has('replaced') && !module.replaced) continue;
    if (filters.has('lost') && module.versions.length < 2) continue;
    const has = (word) => module.text.includes(word) || module.versions.some((version) => version.text.includes(word));
    if (words.every(has)) hits[module.id] = 1;
  }
  return hits;
};
