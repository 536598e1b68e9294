//! SHA-256 of several files at once.
//!
//! One file cannot be hashed in parallel with itself, but a processor works on eight 32-bit words in the time of one.
//! So eight files are hashed in step, each in a lane of its own, which is three times as fast where the processor has
//! vectors but no instructions for SHA-256. Where it has those, or neither, each lane is hashed for itself.
//!
//! The algorithm is that of FIPS 180-4, section 6.2; the names of its working variables are kept.

use ring::digest::{Context, SHA256};
use sha2::block_api::compress256;

use super::dirhash::FileDigest;

/// How many files are hashed in step.
const WIDTH: usize = 8;
/// The bytes that SHA-256 takes at a time.
const BLOCK: usize = 64;
/// The block of a lane that has nothing to do.
const IDLE: [u8; BLOCK] = [0; BLOCK];

/// So few files at once are hashed one after the other, as empty lanes cost what full ones do. Code that is not optimised
/// makes no vectors of loops over lanes.
const FEW: usize = if cfg!(debug_assertions) { WIDTH } else { 1 };

/// The state in which SHA-256 starts (FIPS 180-4, section 5.3.3): the first 32 bits of the fractional parts of the square
/// roots of the first 8 primes.
pub const START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
#[rustfmt::skip]
const ROUNDS: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

/// One 32-bit word of each lane.
type Words = [u32; WIDTH];

/// Hashes several files in step.
///
/// The caller gives each lane a file with [`LaneHasher::begin`], feeds the lane that [`LaneHasher::hungry`] names until
/// its file ends, and takes what [`LaneHasher::advance`] has finished.
pub struct LaneHasher {
    lanes: Vec<Lane>,
    vector: Option<Vector>,
}

/// The lanes that are hashed in step.
struct Vector {
    simd: simd::Proof,
    /// How many files at once are not worth it.
    few: usize,
    /// The eight words of the hash, each for all lanes.
    state: [Words; 8],
}

/// One file on its way.
#[derive(Default)]
struct Lane {
    stage: Stage,
    /// What was fed and not yet hashed, from `at` on.
    pending: Vec<u8>,
    at: usize,
    length: u64,
    /// The state of a lane that is hashed for itself.
    alone: Option<Context>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    /// There is no file.
    #[default]
    Free,
    /// More of the file will come.
    Fed,
    /// All of the file has come.
    Ended,
}

impl Default for LaneHasher {
    fn default() -> Self {
        Self::new()
    }
}

impl LaneHasher {
    /// Takes the fastest way that this processor has.
    pub fn new() -> Self {
        Self::with(simd::find(), FEW)
    }

    fn with(simd: Option<simd::Proof>, few: usize) -> Self {
        let width = if simd.is_some() { WIDTH } else { 1 };
        Self {
            lanes: (0..width).map(|_| Lane::default()).collect(),
            vector: simd.map(|simd| Vector {
                simd,
                few,
                state: [[0; WIDTH]; 8],
            }),
        }
    }

    /// Returns how many lanes there are.
    pub fn width(&self) -> usize {
        self.lanes.len()
    }

    /// Returns a lane without a file.
    pub fn free(&self) -> Option<usize> {
        self.lanes.iter().position(|lane| lane.stage == Stage::Free)
    }

    /// Starts a file in a free lane.
    pub fn begin(&mut self, lane: usize) {
        let slot = &mut self.lanes[lane];
        debug_assert!(slot.stage == Stage::Free, "the lane has a file");
        slot.stage = Stage::Fed;
        slot.pending.clear();
        slot.at = 0;
        slot.length = 0;
        match &mut self.vector {
            Some(vector) => {
                for (words, start) in vector.state.iter_mut().zip(START) {
                    words[lane] = start;
                }
            }
            None => slot.alone = Some(Context::new(&SHA256)),
        }
    }

    /// Adds the next bytes of the file in a lane.
    pub fn feed(&mut self, lane: usize, bytes: &[u8]) {
        let slot = &mut self.lanes[lane];
        slot.length += bytes.len() as u64;
        match &mut slot.alone {
            Some(alone) => alone.update(bytes),
            None => slot.add(bytes),
        }
    }

    /// Says that all of the file in a lane has been fed.
    pub fn end(&mut self, lane: usize) {
        let slot = &mut self.lanes[lane];
        slot.stage = Stage::Ended;
        if slot.alone.is_none() {
            let bits = slot.length.wrapping_mul(8).to_be_bytes();
            let zeros = (2 * BLOCK - 9 - slot.left() % BLOCK) % BLOCK;
            slot.add(&[0x80]);
            slot.add(&IDLE[..zeros]);
            slot.add(&bits);
        }
    }

    /// Gives the file in a lane up.
    pub fn abandon(&mut self, lane: usize) {
        self.lanes[lane].stage = Stage::Free;
        self.lanes[lane].alone = None;
    }

    /// Returns a lane that must be fed before [`LaneHasher::advance`] gets any further.
    pub fn hungry(&self) -> Option<usize> {
        let is_hungry =
            |lane: &Lane| lane.stage == Stage::Fed && (lane.alone.is_some() || lane.left() < BLOCK);
        self.lanes.iter().position(is_hungry)
    }

    /// Hashes what all lanes have in common and returns the lanes whose files are done, which are then free.
    pub fn advance(&mut self) -> Vec<(usize, FileDigest)> {
        if let Some(vector) = &mut self.vector {
            vector.advance(&mut self.lanes);
        }
        let mut done = Vec::new();
        for (at, lane) in self.lanes.iter_mut().enumerate() {
            if lane.stage != Stage::Ended || (lane.alone.is_none() && lane.left() != 0) {
                continue;
            }
            let digest = match (lane.alone.take(), &self.vector) {
                (Some(alone), _) => {
                    let mut bytes = [0; 32];
                    bytes.copy_from_slice(alone.finish().as_ref());
                    bytes
                }
                (None, Some(vector)) => vector.digest(at),
                (None, None) => unreachable!("without vectors each lane has a state of its own"),
            };
            lane.stage = Stage::Free;
            done.push((at, FileDigest::from_bytes(digest)));
        }
        done
    }
}

impl Lane {
    fn left(&self) -> usize {
        self.pending.len() - self.at
    }

    fn add(&mut self, bytes: &[u8]) {
        // Less than a block is left whenever a file is fed, so this moves next to nothing.
        self.pending.drain(..self.at);
        self.at = 0;
        self.pending.extend_from_slice(bytes);
    }
}

impl Vector {
    fn advance(&mut self, lanes: &mut [Lane]) {
        let busy = lanes.iter().filter(|lane| lane.stage != Stage::Free);
        let count = busy.clone().count();
        let Some(blocks) = busy.map(|lane| lane.left() / BLOCK).min() else {
            return;
        };
        let inputs: [&[u8]; WIDTH] = std::array::from_fn(|at| match &lanes[at] {
            lane if lane.stage == Stage::Free => &[][..],
            lane => &lane.pending[lane.at..][..blocks * BLOCK],
        });
        if count <= self.few {
            for (lane, input) in inputs.into_iter().enumerate() {
                self.one(lane, input);
            }
        } else {
            simd::run(self.simd, &mut self.state, &inputs, blocks);
        }
        for lane in lanes.iter_mut().filter(|lane| lane.stage != Stage::Free) {
            lane.at += blocks * BLOCK;
        }
    }

    /// Hashes whole blocks of one lane.
    fn one(&mut self, lane: usize, input: &[u8]) {
        let mut state = self.state.map(|words| words[lane]);
        compress256(&mut state, input.as_chunks().0);
        for (words, word) in self.state.iter_mut().zip(state) {
            words[lane] = word;
        }
    }

    fn digest(&self, lane: usize) -> [u8; 32] {
        let mut digest = [0; 32];
        for (bytes, words) in digest.chunks_exact_mut(4).zip(&self.state) {
            bytes.copy_from_slice(&words[lane].to_be_bytes());
        }
        digest
    }
}

/// Hashes `blocks` blocks of each lane; a lane without so many is idle.
#[expect(
    clippy::inline_always,
    reason = "must become part of the function with vectors"
)]
#[inline(always)]
fn compress_all(state: &mut [Words; 8], inputs: &[&[u8]; WIDTH], blocks: usize) {
    for at in 0..blocks {
        let range = at * BLOCK..(at + 1) * BLOCK;
        let blocks: [&[u8; BLOCK]; WIDTH] = std::array::from_fn(|lane| {
            inputs[lane]
                .get(range.clone())
                .and_then(|block| block.try_into().ok())
                .unwrap_or(&IDLE)
        });
        compress(state, &blocks);
    }
}

/// Hashes one block of each lane: the loops over lanes become vector instructions.
#[expect(clippy::many_single_char_names, reason = "the names of the standard")]
#[expect(
    clippy::inline_always,
    reason = "must become part of the function with vectors"
)]
#[inline(always)]
fn compress(state: &mut [Words; 8], blocks: &[&[u8; BLOCK]; WIDTH]) {
    let mut w: [Words; 16] = std::array::from_fn(|t| {
        std::array::from_fn(|lane| {
            let bytes = &blocks[lane][4 * t..4 * t + 4];
            u32::from_be_bytes(bytes.try_into().expect("four bytes"))
        })
    });
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for t in 0..64 {
        let now = t % 16;
        if 16 <= t {
            let (w1, w9, w14) = (w[(t + 1) % 16], w[(t + 9) % 16], w[(t + 14) % 16]);
            w[now] = each(|lane| {
                let small0 = w1[lane].rotate_right(7) ^ w1[lane].rotate_right(18) ^ w1[lane] >> 3;
                let small1 =
                    w14[lane].rotate_right(17) ^ w14[lane].rotate_right(19) ^ w14[lane] >> 10;
                sum([w[now][lane], small0, w9[lane], small1])
            });
        }
        let t1 = each(|lane| {
            let e = e[lane];
            let big1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = g[lane] ^ (e & (f[lane] ^ g[lane]));
            sum([h[lane], big1, choice, ROUNDS[t], w[now][lane]])
        });
        let t2 = each(|lane| {
            let a = a[lane];
            let big0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let majority = (a & b[lane]) ^ (c[lane] & (a ^ b[lane]));
            big0.wrapping_add(majority)
        });
        h = g;
        g = f;
        f = e;
        e = each(|lane| d[lane].wrapping_add(t1[lane]));
        d = c;
        c = b;
        b = a;
        a = each(|lane| t1[lane].wrapping_add(t2[lane]));
    }
    for (words, more) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *words = each(|lane| words[lane].wrapping_add(more[lane]));
    }
}

#[expect(
    clippy::inline_always,
    reason = "must become part of the function with vectors"
)]
#[inline(always)]
fn each(word: impl Fn(usize) -> u32) -> Words {
    std::array::from_fn(word)
}

#[expect(
    clippy::inline_always,
    reason = "must become part of the function with vectors"
)]
#[inline(always)]
fn sum<const N: usize>(terms: [u32; N]) -> u32 {
    terms.into_iter().fold(0, u32::wrapping_add)
}

/// Vectors of eight words, on processors that have them and are not faster without.
#[cfg(target_arch = "x86_64")]
mod simd {
    use fearless_simd::{Avx2, Level, Simd as _};

    use super::{WIDTH, Words, compress_all};

    /// Exists only where the processor has the instructions.
    pub(super) type Proof = Avx2;

    /// Returns none where the processor has instructions for SHA-256 itself, which are faster still.
    pub(super) fn find() -> Option<Proof> {
        if std::arch::is_x86_feature_detected!("sha") {
            return None;
        }
        Level::new().as_avx2()
    }

    #[cfg(test)]
    pub(super) fn any() -> Option<Proof> {
        Level::new().as_avx2()
    }

    pub(super) fn run(
        proof: Proof,
        state: &mut [Words; 8],
        inputs: &[&[u8]; WIDTH],
        blocks: usize,
    ) {
        proof.vectorize(
            #[inline(always)]
            || compress_all(state, inputs, blocks),
        );
    }
}

/// Elsewhere the instructions for SHA-256 itself are common, and `ring` uses them.
#[cfg(not(target_arch = "x86_64"))]
mod simd {
    use super::{WIDTH, Words, compress_all};

    /// Lanes in step without vectors: for the tests alone.
    #[derive(Clone, Copy)]
    pub(super) struct Proof;

    pub(super) fn find() -> Option<Proof> {
        None
    }

    #[cfg(test)]
    pub(super) fn any() -> Option<Proof> {
        Some(Proof)
    }

    pub(super) fn run(
        _proof: Proof,
        state: &mut [Words; 8],
        inputs: &[&[u8]; WIDTH],
        blocks: usize,
    ) {
        compress_all(state, inputs, blocks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hashes files of these lengths with pieces of this size, and compares with the plain way.
    fn check(mut hasher: LaneHasher, lengths: &[usize], piece: usize) {
        let files: Vec<Vec<u8>> = lengths
            .iter()
            .enumerate()
            .map(|(seed, &length)| {
                (0..length)
                    .map(|at| ((at * 31 + seed * 7 + at / 251) % 256).to_le_bytes()[0])
                    .collect()
            })
            .collect();
        let mut waiting = 0..files.len();
        let mut at: Vec<Option<(usize, usize)>> = vec![None; hasher.width()];
        let mut found = vec![None; files.len()];
        loop {
            while let Some(lane) = hasher.free() {
                let Some(file) = waiting.next() else { break };
                hasher.begin(lane);
                at[lane] = Some((file, 0));
            }
            while let Some(lane) = hasher.hungry() {
                let (file, from) = at[lane].unwrap();
                let rest = &files[file][from..];
                if rest.is_empty() {
                    hasher.end(lane);
                } else {
                    let rest = &rest[..rest.len().min(piece)];
                    hasher.feed(lane, rest);
                    at[lane] = Some((file, from + rest.len()));
                }
            }
            let done = hasher.advance();
            if done.is_empty() && waiting.is_empty() && at.iter().all(Option::is_none) {
                break;
            }
            for (lane, digest) in done {
                let (file, _) = at[lane].take().unwrap();
                found[file] = Some(digest);
            }
        }
        for (file, digest) in files.iter().zip(found) {
            assert_eq!(digest, Some(FileDigest::of(file)), "{} bytes", file.len());
        }
    }

    fn hashers() -> impl Iterator<Item = LaneHasher> {
        // Neither way is the only one in any build.
        let ways = [
            (None, 0),
            (simd::any(), 0),
            (simd::any(), 3),
            (simd::any(), WIDTH),
        ];
        ways.into_iter()
            .map(|(simd, few)| LaneHasher::with(simd, few))
    }

    #[test]
    fn agrees_with_one_after_the_other() {
        let around: Vec<usize> = (0..70).chain(115..135).collect();
        let wild = [
            100_000, 0, 3, 64, 8_192, 8_191, 12, 700, 40_000, 1, 63, 30_000,
        ];
        for piece in [1, 64, 65, 4096, 1 << 20] {
            for hasher in hashers() {
                check(hasher, &around, piece);
            }
            if 65 < piece {
                for hasher in hashers() {
                    check(hasher, &wild, piece);
                }
            }
        }
        for hasher in hashers() {
            check(hasher, &[], 64);
        }
    }

    #[test]
    fn a_file_that_is_given_up_leaves_its_lane() {
        for mut hasher in hashers() {
            hasher.begin(0);
            hasher.feed(0, &[1; 100]);
            hasher.abandon(0);
            assert_eq!((hasher.free(), hasher.hungry()), (Some(0), None));
            assert!(hasher.advance().is_empty());
            hasher.begin(0);
            hasher.feed(0, b"abc");
            hasher.end(0);
            assert_eq!(hasher.advance(), [(0, FileDigest::of(b"abc"))]);
        }
    }
}
