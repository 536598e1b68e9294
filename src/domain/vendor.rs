//! vendor/modules.txt: the modules and packages of a vendor directory.
