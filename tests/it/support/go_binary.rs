//! Small executables with the build information of Go programs in them.

/// Where the data of the executables starts, in the file and in memory.
const DATA: u64 = 0x100;

const START: [u8; 16] = 0x3077_af0c_9274_0802_41e1_c107_e6d6_18e6_u128.to_be_bytes();
const STOP: [u8; 16] = 0xf932_4331_8618_2072_0082_4210_4116_d8f2_u128.to_be_bytes();

/// Returns an ELF file for 64 bits as Go 1.18 and later would make it: with the strings in the blob.
pub(crate) fn elf(go_version: &str, modules: &str) -> Vec<u8> {
    let mut data = header(8, 2);
    data.resize(32, 0);
    for text in [go_version.as_bytes(), &framed(modules)] {
        data.extend(uvarint(text.len()));
        data.extend(text);
    }
    // The reader wants as many bytes as a length could have.
    data.resize(data.len() + 16, 0);
    wrap(&data)
}

/// Returns an ELF file for 64 bits as Go before 1.18 would make it: with pointers in the blob.
pub(crate) fn elf_with_pointers(go_version: &str, modules: &str) -> Vec<u8> {
    let modules = framed(modules);
    let (version_at, modules_at) = (DATA + 64, DATA + 64 + go_version.len() as u64);
    let mut data = header(8, 0);
    for pointer in [DATA + 32, DATA + 48] {
        data.extend(pointer.to_le_bytes());
    }
    for (at, length) in [(version_at, go_version.len()), (modules_at, modules.len())] {
        data.extend(at.to_le_bytes());
        data.extend((length as u64).to_le_bytes());
    }
    data.extend(go_version.as_bytes());
    data.extend(modules);
    wrap(&data)
}

fn header(pointer: u8, flags: u8) -> Vec<u8> {
    let mut header = b"\xff Go buildinf:".to_vec();
    header.extend([pointer, flags]);
    header
}

fn framed(modules: &str) -> Vec<u8> {
    [&START, modules.as_bytes(), &STOP].concat()
}

fn uvarint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while 0x80 <= number {
        bytes.push(u8::try_from(number & 0x7f).unwrap() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap());
    bytes
}

/// Puts data into an ELF file with one segment, which is writable.
fn wrap(data: &[u8]) -> Vec<u8> {
    let mut file = b"\x7fELF\x02\x01\x01".to_vec();
    file.resize(16, 0);
    for half in [2_u16, 62] {
        file.extend(half.to_le_bytes());
    }
    file.extend(1_u32.to_le_bytes());
    for wide in [0_u64, 64, 0] {
        file.extend(wide.to_le_bytes());
    }
    file.extend(0_u32.to_le_bytes());
    for half in [64_u16, 56, 1, 64, 0, 0] {
        file.extend(half.to_le_bytes());
    }
    for half in [1_u32, 6] {
        file.extend(half.to_le_bytes());
    }
    let size = data.len() as u64;
    for wide in [DATA, DATA, DATA, size, size, 16] {
        file.extend(wide.to_le_bytes());
    }
    file.resize(usize::try_from(DATA).unwrap(), 0);
    file.extend(data);
    file
}
