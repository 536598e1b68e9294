//! A graph as bytes, for an index that is read faster than the go.mod files are.
//!
//! Every number is an unsigned LEB128. Paths come first, each with its selected node; then the nodes, each with its path,
//! its version and, where they are known, its requirements; then the roots. A node or a path is named by its position.

use super::graph::{Compare, Graph, Node, NodeId, Parts, PathId, Span};
use crate::domain::module::{ModulePath, ModuleVersion, Version};

/// Reads numbers and texts; everything is `None` once the bytes do not make sense.
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Takes a number.
    pub fn number(&mut self) -> Option<u32> {
        let mut value = 0u32;
        for shift in (0..32).step_by(7) {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            let part = u32::from(byte & 0x7f);
            value |= part.checked_shl(shift).filter(|it| it >> shift == part)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// Takes a number of things that each take a byte or more, so that a lie cannot ask for memory.
    pub fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.rest.len()).then_some(count)
    }

    /// Takes so many bytes.
    pub fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }

    /// Takes a text with its length before it.
    pub fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    /// Reports whether all was taken.
    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }
}

/// Appends a number.
pub fn put_number(bytes: &mut Vec<u8>, number: usize) {
    let mut rest = number;
    while rest >= 0x80 {
        bytes.push(u8::try_from(rest & 0x7f).unwrap_or_default() | 0x80);
        rest >>= 7;
    }
    bytes.push(u8::try_from(rest).unwrap_or_default());
}

/// Appends a text with its length before it.
pub fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_number(bytes, text.len());
    bytes.extend_from_slice(text.as_bytes());
}

/// Appends a graph.
pub fn write(bytes: &mut Vec<u8>, graph: &Graph) {
    let parts = graph.parts();
    put_number(bytes, parts.selected.len());
    let mut paths = vec![""; parts.selected.len()];
    for node in &parts.nodes {
        paths[node.path.0 as usize] = node.module.path.as_str();
    }
    for (path, selected) in paths.iter().zip(&parts.selected) {
        put_text(bytes, path);
        put_number(bytes, selected.map_or(0, |node| node.index() + 1));
    }
    put_number(bytes, parts.nodes.len());
    for node in &parts.nodes {
        let required = node.required.map(|span| span.of(&parts.edges));
        put_number(bytes, node.path.0 as usize);
        put_text(bytes, node.module.version.as_str());
        put_number(bytes, required.map_or(0, |required| required.len() + 1));
        put_nodes(bytes, required.unwrap_or_default());
    }
    put_number(bytes, parts.roots.len());
    put_nodes(bytes, &parts.roots);
}

/// Takes a graph; `None` where the bytes are not one.
pub fn read(reader: &mut Reader<'_>, compare: Compare) -> Option<Graph> {
    let mut paths = Vec::new();
    let mut selected = Vec::new();
    for _ in 0..reader.count()? {
        paths.push(ModulePath::new(reader.text()?));
        selected.push(reader.number()?);
    }
    let count = reader.count()?;
    let (mut nodes, mut edges) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let path = reader.number()?;
        let module = ModuleVersion {
            path: paths.get(usize::try_from(path).ok()?)?.clone(),
            version: Version::new(reader.text()?),
        };
        let required = match reader.count()?.checked_sub(1) {
            Some(length) => {
                let begin = edges.len();
                take_nodes(reader, &mut edges, length, count)?;
                Some(Span::since(begin, &edges))
            }
            None => None,
        };
        let path = PathId(path);
        nodes.push(Node {
            module,
            path,
            required,
        });
    }
    let selected = selected.into_iter().map(|node| match node.checked_sub(1) {
        Some(node) => node_id(node, count).map(Some),
        None => Some(None),
    });
    let selected = selected.collect::<Option<Vec<_>>>()?;
    let length = reader.count()?;
    let mut roots = Vec::new();
    take_nodes(reader, &mut roots, length, count)?;
    Some(Graph::from_parts(
        compare,
        Parts {
            nodes,
            edges,
            selected,
            roots,
        },
    ))
}

fn put_nodes(bytes: &mut Vec<u8>, nodes: &[NodeId]) {
    for node in nodes {
        put_number(bytes, node.index());
    }
}

fn take_nodes(
    reader: &mut Reader<'_>,
    nodes: &mut Vec<NodeId>,
    length: usize,
    count: usize,
) -> Option<()> {
    for _ in 0..length {
        nodes.push(node_id(reader.number()?, count)?);
    }
    Some(())
}

fn node_id(number: u32, count: usize) -> Option<NodeId> {
    let node = NodeId::new(number);
    (node.index() < count).then_some(node)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mvs::compare_versions;

    fn sample() -> Graph {
        let module = |text: &str| {
            let (path, version) = text.split_once('@').unwrap_or((text, ""));
            ModuleVersion::new(path, version)
        };
        let mut graph = Graph::new(compare_versions, &[module("m")]);
        let edges: [(&str, &[&str]); 3] = [
            ("m", &["a@v1.0.0", "b@v1.2.0"]),
            ("a@v1.0.0", &["b@v1.3.0"]),
            ("b@v1.2.0", &[]),
        ];
        for (from, to) in edges {
            let to: Vec<_> = to.iter().map(|text| module(text)).collect();
            let from = graph.node(&module(from)).unwrap();
            graph.require(from, &to);
        }
        graph
    }

    fn packed() -> Vec<u8> {
        let mut bytes = Vec::new();
        write(&mut bytes, &sample());
        bytes
    }

    fn unpacked(bytes: &[u8]) -> Option<Graph> {
        let mut reader = Reader::new(bytes);
        read(&mut reader, compare_versions).filter(|_| reader.is_at_end())
    }

    #[test]
    fn comes_back_as_it_was() {
        let (graph, again) = (sample(), unpacked(&packed()).unwrap());
        assert_eq!(again.build_list(), graph.build_list());
        let nodes = |graph: &Graph| {
            let nodes = graph.nodes().map(|(id, module)| {
                let required = graph.required(id).map(<[NodeId]>::to_vec);
                (module.clone(), required)
            });
            nodes.collect::<Vec<_>>()
        };
        assert_eq!(nodes(&again), nodes(&graph));
        assert_eq!(again.roots(), graph.roots());
        let b = ModulePath::new("b");
        assert_eq!(again.selected(&b), graph.selected(&b));
    }

    #[test]
    fn a_graph_from_bytes_goes_on_growing() {
        let mut graph = unpacked(&packed()).unwrap();
        let from = graph.node(&ModuleVersion::new("b", "v1.3.0")).unwrap();
        let required = [
            ModuleVersion::new("a", "v1.0.0"),
            ModuleVersion::new("c", "v1.0.0"),
        ];
        assert_eq!(graph.require(from, &required).len(), 2);
        assert_eq!(graph.len(), 5);
    }

    #[test]
    fn other_bytes_are_no_graph_and_no_panic() {
        let bytes = packed();
        for length in 0..bytes.len() {
            assert!(unpacked(&bytes[..length]).is_none(), "{length}");
        }
        for position in 0..bytes.len() {
            for bit in 0..8 {
                let mut bytes = bytes.clone();
                bytes[position] ^= 1 << bit;
                if let Some(graph) = unpacked(&bytes) {
                    graph.breadth_first();
                }
            }
        }
    }

    #[test]
    fn numbers_have_one_limit() {
        for number in [0, 1, 127, 128, 300, u32::MAX] {
            let mut bytes = Vec::new();
            put_number(&mut bytes, usize::try_from(number).unwrap());
            assert_eq!(Reader::new(&bytes).number(), Some(number));
        }
        assert_eq!(Reader::new(&[0xff; 5]).number(), None);
        assert_eq!(Reader::new(&[0x80]).number(), None);
    }
}
