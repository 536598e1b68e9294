//! vendor/modules.txt: the modules and packages of a vendor directory, whether it agrees with go.mod or go.work, and
//! which files of the modules belong there.
//!
//! See <https://go.dev/ref/mod#vendoring>.

mod consistency;
pub mod expected;
mod list;
mod modules;

pub use consistency::{
    Inconsistency, InconsistentVendor, Replacement, Requirements, VendorMode, check_consistency,
};
pub use list::{NewList, NewModule};
pub use modules::{VendorDiagnostic, VendorFault, VendorList, VendorModule, is_for_workspace};
