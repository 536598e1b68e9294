#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| modsmith_fuzz::merge(data));
