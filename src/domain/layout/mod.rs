//! Layered drawings of directed graphs, after Sugiyama, Tagawa and Toda (1981): turn the edges that close cycles,
//! give every node a rank, order the nodes of each rank so that few edges cross, place them.
//!
//! Everything is computed in whole numbers and in an order that the input decides: the same graph is the same drawing,
//! to the last unit, on every machine.

pub mod acyclic;
pub mod chart;
pub mod fold;
pub mod layered;
mod net;
mod order;
mod place;
pub mod rank;
pub mod reduce;

pub use chart::{Chart, Item};
pub use fold::{Fold, Folded, Link, Unit, UnitKind};
pub use layered::{Edge, Layout, Place, Point, Route, Show, Size, Spacing, layered};
