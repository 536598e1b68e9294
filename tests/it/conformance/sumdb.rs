//! Vectors of the checksum database: note, tlog, sumdb.

use modsmith::domain::module::pattern::match_prefix_patterns;
use modsmith::domain::sumdb::checker::{
    self, CheckError, Checker, Lookup, Need, Origin, Source, Step, TileBytes,
};
use modsmith::domain::sumdb::note::{Note, NoteError, Signature, Signer, Verifier};
use modsmith::domain::sumdb::record::{self, Record, Tree};
use modsmith::domain::sumdb::tile::{self, Tile, TileError};
use modsmith::domain::sumdb::tlog::{self, Hash, TlogError};
use serde_json::{Value, json};

use super::support::{Tally, bytes, corpus, rows};

/// The answer of a row: its fields without the question's, as the recorder wrote them.
type Answer = Result<Value, String>;

/// Returns the recorded answer: the error text, or the named fields.
fn wanted(row: &Value, fields: &[&str]) -> Answer {
    match row.get("err") {
        Some(Value::String(err)) => Err(err.clone()),
        _ => Ok(fields
            .iter()
            .map(|name| ((*name).to_owned(), row[*name].clone()))
            .collect()),
    }
}

fn text(row: &Value, name: &str) -> String {
    String::from_utf8(bytes(&row[name])).unwrap()
}

fn number(row: &Value, name: &str) -> u64 {
    row[name]
        .as_u64()
        .unwrap_or_else(|| panic!("{name} of {row}"))
}

/// Returns the elements of an array; the recorder wrote an empty one as null at times.
fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn hash(value: &Value) -> Hash {
    Hash::parse(value.as_str().unwrap()).unwrap()
}

fn hashes(value: &Value) -> Vec<Hash> {
    list(value).map(hash).collect()
}

fn to_json(hashes: &[Hash]) -> Value {
    hashes.iter().map(ToString::to_string).collect()
}

#[test]
fn note() {
    let mut tally = Tally::new("note");
    for row in rows("note") {
        if row["fn"] == "sign" && String::from_utf8(bytes(&row["text"])).is_err() {
            tally.leave_out("signing a text that is not UTF-8, which no reader could open: a `Note` cannot hold it");
            continue;
        }
        let (got, want) = match row["fn"].as_str().unwrap() {
            "new_verifier" => (new_verifier(&row), wanted(&row, &["name", "hash"])),
            "new_signer" => (new_signer(&row), wanted(&row, &["name", "hash"])),
            "sign" => (sign(&row), wanted(&row, &["out"])),
            "open" => (open(&row), wanted_open(&row)),
            other => panic!("unknown function {other}"),
        };
        tally.check(&row, &got, &want);
    }
    tally.finish();
}

fn key(row: &Value) -> Result<String, String> {
    // A key that is not UTF-8 is no key; ours takes text alone.
    String::from_utf8(bytes(&row["in"])).map_err(|_| "malformed verifier id".to_owned())
}

fn new_verifier(row: &Value) -> Answer {
    let verifier = Verifier::parse(&key(row)?).map_err(|err| err.to_string())?;
    Ok(json!({"name": verifier.name(), "hash": verifier.key_hash()}))
}

fn new_signer(row: &Value) -> Answer {
    let signer = Signer::parse(&key(row)?).map_err(|err| err.to_string())?;
    Ok(json!({"name": signer.name(), "hash": signer.key_hash()}))
}

fn signatures(value: &Value) -> Vec<Signature> {
    let signature = |value: &Value| Signature {
        name: text(value, "name"),
        key_hash: u32::try_from(number(value, "hash")).unwrap(),
        base64: text(value, "base64"),
    };
    list(value).map(signature).collect()
}

fn sign(row: &Value) -> Answer {
    let note = Note {
        text: text(row, "text"),
        signatures: signatures(&row["sigs"]),
        unverified: signatures(&row["unverified"]),
    };
    let signers: Vec<_> = list(&row["signers"])
        .map(|key| Signer::parse(key.as_str().unwrap()).unwrap())
        .collect();
    Ok(json!({"out": note.sign(&signers).map_err(|err| err.to_string())?}))
}

fn open(row: &Value) -> Answer {
    let known: Vec<_> = list(&row["verifiers"])
        .map(|key| Verifier::parse(key.as_str().unwrap()).unwrap())
        .collect();
    let (note, err) = match Note::open(&bytes(&row["msg"]), &known) {
        Ok(note) => (note, None),
        Err(NoteError::Unverified(note)) => {
            let err = NoteError::Unverified(note.clone()).to_string();
            (*note, Some(err))
        }
        Err(err) => return Err(err.to_string()),
    };
    let signatures = |signatures: &[Signature]| -> Value {
        signatures
            .iter()
            .map(|signature| json!({"name": signature.name, "hash": signature.key_hash, "base64": signature.base64}))
            .collect()
    };
    Ok(
        json!({"err": err, "text": note.text, "sigs": signatures(&note.signatures), "unverified": signatures(&note.unverified)}),
    )
}

/// A note without a known signature is an error, and is given all the same.
fn wanted_open(row: &Value) -> Answer {
    if row.get("text").is_none() {
        return wanted(row, &[]);
    }
    Ok(["err", "text", "sigs", "unverified"]
        .into_iter()
        .map(|name| (name.to_owned(), row[name].clone()))
        .collect())
}

/// The log of the vectors: record `i` is the text `leaf i`, and every stored hash.
struct Log {
    stored: Vec<Hash>,
}

impl Log {
    fn new(n: u64) -> Self {
        let mut log = Self { stored: Vec::new() };
        for i in 0..n {
            let added = tlog::stored_hashes(i, format!("leaf {i}").as_bytes(), |indexes| {
                log.read(indexes)
            })
            .unwrap();
            assert_eq!(log.stored.len() as u64, tlog::stored_hash_count(i));
            log.stored.extend(added);
        }
        log
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "the signature that readers of hashes have"
    )]
    fn read(&self, indexes: &[u64]) -> Result<Vec<Hash>, AnyError> {
        Ok(indexes
            .iter()
            .map(|index| self.stored[usize::try_from(*index).unwrap()])
            .collect())
    }
}

#[derive(Debug)]
struct AnyError(String);

impl From<TlogError> for AnyError {
    fn from(err: TlogError) -> Self {
        Self(err.to_string())
    }
}

impl From<TileError> for AnyError {
    fn from(err: TileError) -> Self {
        Self(err.to_string())
    }
}

impl From<AnyError> for String {
    fn from(err: AnyError) -> Self {
        err.0
    }
}

#[test]
fn tlog() {
    let mut tally = Tally::new("tlog");
    let log = Log::new(300);
    for row in rows("tlog") {
        let name = row["fn"].as_str().unwrap();
        let (got, want) = match name {
            "leaf_data" => (Ok(json!({"n": 300})), wanted(&row, &["n"])),
            "stored_hashes"
            | "record_hash"
            | "node_hash"
            | "tree_hash"
            | "split_stored_hash_index"
            | "stored_hash_index" => hash_row(&row, &log),
            "prove_record" | "check_record" | "prove_tree" | "check_tree" => proof_row(&row, &log),
            "parse_tile_path" | "tile_for_index" | "new_tiles" | "tile_data" | "hash_from_tile" => {
                tile_row(&row, &log)
            }
            "parse_tree" | "format_record" | "parse_record" | "parse_hash" => text_row(&row),
            other => panic!("unknown function {other}"),
        };
        tally.check(&row, &got, &want);
    }
    tally.finish();
}

fn hash_row(row: &Value, log: &Log) -> (Answer, Answer) {
    let out = |value: Value| (Ok(json!({"out": value})), wanted(row, &["out"]));
    match row["fn"].as_str().unwrap() {
        "stored_hashes" => {
            let n = number(row, "n");
            let added = tlog::stored_hashes(n, format!("leaf {n}").as_bytes(), |indexes| {
                log.read(indexes)
            })
            .unwrap();
            out(to_json(&added))
        }
        "record_hash" => out(json!(tlog::record_hash(&bytes(&row["data"])).to_string())),
        "node_hash" => out(json!(
            tlog::node_hash(&hash(&row["left"]), &hash(&row["right"])).to_string()
        )),
        "tree_hash" => out(json!(
            tlog::tree_hash(number(row, "n"), |indexes| log.read(indexes))
                .unwrap()
                .to_string()
        )),
        "split_stored_hash_index" => {
            let index = number(row, "index");
            let (level, n) = tlog::split_stored_hash_index(index);
            let got = json!({"level": level, "n": n, "count": tlog::stored_hash_count(index)});
            (Ok(got), wanted(row, &["level", "n", "count"]))
        }
        _ => out(json!(tlog::stored_hash_index(
            u32::try_from(number(row, "level")).unwrap(),
            number(row, "n")
        ))),
    }
}

fn proof_row(row: &Value, log: &Log) -> (Answer, Answer) {
    let (size, n) = (number(row, "tree"), number(row, "n"));
    let read = |indexes: &[u64]| log.read(indexes);
    let proof = |got: Result<Vec<Hash>, AnyError>| -> (Answer, Answer) {
        (
            got.map(|proof| json!({"proof": to_json(&proof)}))
                .map_err(String::from),
            wanted(row, &["proof"]),
        )
    };
    let check = |got: Result<(), TlogError>| -> (Answer, Answer) {
        (
            got.map(|()| json!({})).map_err(|err| err.to_string()),
            wanted(row, &[]),
        )
    };
    match row["fn"].as_str().unwrap() {
        "prove_record" => proof(tlog::prove_record(size, n, read)),
        "prove_tree" => proof(tlog::prove_tree(size, n, read)),
        "check_record" => check(tlog::check_record(
            &hashes(&row["proof"]),
            size,
            &hash(&row["tree_hash"]),
            n,
            &hash(&row["hash"]),
        )),
        _ => check(tlog::check_tree(
            &hashes(&row["proof"]),
            size,
            &hash(&row["tree_hash"]),
            n,
            &hash(&row["hash"]),
        )),
    }
}

fn tile_row(row: &Value, log: &Log) -> (Answer, Answer) {
    let numbers = |tile: &Tile| {
        let level = match tile.level {
            tile::Level::Data => -1,
            tile::Level::Hashes(level) => i64::from(level),
        };
        json!([tile.height, level, tile.number, tile.width])
    };
    let tile = || {
        let part = |at: usize| row["tile"][at].as_u64().unwrap();
        let part32 = |at: usize| u32::try_from(part(at)).unwrap();
        Tile {
            height: part32(0),
            level: tile::Level::Hashes(part32(1)),
            number: part(2),
            width: part32(3),
        }
    };
    let height = || u32::try_from(number(row, "h")).unwrap();
    match row["fn"].as_str().unwrap() {
        "parse_tile_path" => {
            let got = Tile::parse(&text(row, "in"))
                .map(|tile| json!({"path": tile.to_string(), "tile": numbers(&tile)}));
            (
                got.map_err(|err| err.to_string()),
                wanted(row, &["path", "tile"]),
            )
        }
        "tile_for_index" => (
            Ok(json!({"tile": numbers(&Tile::for_index(height(), number(row, "index")))})),
            wanted(row, &["tile"]),
        ),
        "new_tiles" => {
            let tiles = tile::new_tiles(height(), number(row, "old"), number(row, "new"));
            let paths: Value = tiles.iter().map(ToString::to_string).collect();
            (Ok(json!({"out": paths})), wanted(row, &["out"]))
        }
        "tile_data" => {
            let data =
                tile::read_tile_data(&tile(), |indexes| log.read(indexes)).map_err(String::from);
            let got = data.map(|data| json!({"data": data_encoding::BASE64.encode(&data), "path": tile().to_string()}));
            (got, wanted(row, &["data", "path"]))
        }
        _ => {
            let data = tile::read_tile_data(&tile(), |indexes| log.read(indexes)).unwrap();
            let got = tile::hash_from_tile(&tile(), &data, number(row, "index"));
            (
                got.map(|hash| json!({"out": hash.to_string()}))
                    .map_err(|err| err.to_string()),
                wanted(row, &["out"]),
            )
        }
    }
}

fn text_row(row: &Value) -> (Answer, Answer) {
    let input = bytes(row.get("in").unwrap_or(&row["text"]));
    // Texts of the answer are compared as bytes: some are not UTF-8.
    let plain = |bytes: &[u8]| json!(data_encoding::HEXLOWER.encode(bytes));
    let plain_fields = |answer: Answer, fields: &[&str]| {
        answer.map(|mut value| {
            for field in fields {
                value[*field] = plain(&bytes(&value[*field]));
            }
            value
        })
    };
    match row["fn"].as_str().unwrap() {
        "parse_tree" => {
            let got = Tree::parse(&input)
                .map(|tree| json!({"n": tree.size, "hash": tree.hash.to_string(), "format": tree.format()}));
            (
                got.map_err(|err| err.to_string()),
                wanted(row, &["n", "hash", "format"]),
            )
        }
        "format_record" => {
            let got = record::format_record(row["id"].as_i64().unwrap(), &input)
                .map(|out| json!({"out": plain(&out)}));
            (
                got.map_err(|err| err.to_string()),
                plain_fields(wanted(row, &["out"]), &["out"]),
            )
        }
        "parse_record" => {
            let got = Record::parse(&input)
                .map(|record| json!({"id": record.id, "text": plain(record.text), "rest": plain(record.rest)}));
            (
                got.map_err(|err| err.to_string()),
                plain_fields(wanted(row, &["id", "text", "rest"]), &["text", "rest"]),
            )
        }
        _ => {
            let got = Hash::parse(&String::from_utf8(input).unwrap())
                .map(|hash| json!({"out": hash.to_string()}));
            (got.map_err(|err| err.to_string()), wanted(row, &["out"]))
        }
    }
}

/// The database of the corpus, some of its answers replaced, and the tree head that a client keeps.
struct Database {
    overrides: Value,
    latest: Vec<u8>,
    requests: Vec<String>,
}

impl Database {
    fn remote(&mut self, path: &str) -> Result<Vec<u8>, String> {
        self.requests.push(path.to_owned());
        match self.overrides.get(path) {
            Some(Value::String(text)) if text == "404" => Err("file does not exist".to_owned()),
            Some(value) => Ok(bytes(value)),
            None => {
                stored(path).ok_or_else(|| format!("open $SUMDB{path}: no such file or directory"))
            }
        }
    }

    /// Reads a tile, or as much of the complete tile in its place, as Go's client does.
    fn tile(&mut self, tile: Tile) -> Result<TileBytes, String> {
        let complete = Tile {
            width: 1 << tile.height,
            ..tile
        };
        let data = self.remote(&format!("/{tile}")).or_else(|err| {
            let data = if tile == complete {
                Err(err.clone())
            } else {
                self.remote(&format!("/{complete}"))
            };
            Ok::<_, String>(data.map_err(|_| err)?[..tile.byte_len()].to_vec())
        })?;
        Ok(TileBytes {
            tile,
            bytes: data.into(),
            origin: Origin::Remote,
        })
    }

    fn lookup(
        &mut self,
        checker: &Checker,
        path: &str,
        version: &str,
    ) -> Result<Vec<String>, LookupError> {
        let mut lookup = checker.lookup(path, version)?;
        loop {
            let fail =
                |lookup: &Lookup, err| LookupError::Text(format!("{}{err}", lookup.doing(checker)));
            match lookup.next(checker)? {
                Step::Done(text) => return Ok(checker::lines(&text, path, version)),
                Step::Need(Need::Latest) => lookup.supply_latest(checker, self.latest.clone())?,
                Step::Need(Need::SaveLatest { known, new }) => {
                    assert_eq!(known, self.latest);
                    self.latest = new.to_vec();
                    lookup.latest_saved(checker, true);
                }
                Step::Need(Need::Record(Source::Any)) => lookup.supply_proof(None),
                Step::Need(Need::Record(_)) => {
                    let record = self
                        .remote(lookup.remote_path())
                        .map_err(|err| fail(&lookup, err))?;
                    lookup.supply_record(checker, &record, Origin::Remote)?;
                }
                Step::Need(Need::Tiles(tiles)) => {
                    // All are asked for before any error counts, as Go asks for them in parallel.
                    let tiles: Vec<_> = tiles.into_iter().map(|tile| self.tile(tile)).collect();
                    let tiles: Result<Vec<_>, _> = tiles.into_iter().collect();
                    lookup.supply_tiles(checker, tiles.map_err(|err| fail(&lookup, err))?)?;
                }
            }
        }
    }
}

/// Returns a file of the corpus; a partial tile that is not there is the beginning of the wider one of its number.
fn stored(path: &str) -> Option<Vec<u8>> {
    let root = corpus().join("proxy/sumdb/localhost.localdev/sumdb");
    let read = |path: &str| std::fs::read(root.join(path)).ok();
    let path = path.trim_start_matches('/');
    read(path).or_else(|| {
        let tile = Tile::parse(path).ok()?;
        let wider = (tile.width + 1..=1 << tile.height)
            .find_map(|width| read(&Tile { width, ..tile }.to_string()))?;
        Some(wider[..tile.byte_len()].to_vec())
    })
}

enum LookupError {
    Check(CheckError),
    Text(String),
}

impl From<CheckError> for LookupError {
    fn from(err: CheckError) -> Self {
        Self::Check(err)
    }
}

impl LookupError {
    fn text(&self) -> String {
        match self {
            Self::Check(err) => err.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

#[test]
fn sumdb() {
    let mut tally = Tally::new("sumdb");
    for row in rows("sumdb") {
        match row["fn"].as_str().unwrap() {
            "lookup" => lookup(&mut tally, &row),
            "lookup_twice" => lookup_twice(&mut tally, &row),
            other => panic!("unknown function {other}"),
        }
    }
    tally.finish();
}

fn lookup(tally: &mut Tally, row: &Value) {
    let (name, path, version) = (text(row, "name"), text(row, "path"), text(row, "version"));
    let latest = row.get("known_latest").map(bytes).unwrap_or_default();
    let mut database = Database {
        overrides: row["override"].clone(),
        latest,
        requests: Vec::new(),
    };
    let fail = |err: LookupError| format!("{path}@{version}: {}", err.text());
    let result = match name.strip_prefix("GONOSUMDB=") {
        Some(globs) if match_prefix_patterns(globs, &path) => {
            Err("skipped (listed in GONOSUMDB)".to_owned())
        }
        _ => Checker::new(&text(row, "key"))
            .map_err(LookupError::from)
            .and_then(|checker| database.lookup(&checker, &path, &version))
            .map_err(fail),
    };
    let (lines, err) = match result {
        Ok(lines) => (json!(lines), Value::Null),
        Err(err) => (Value::Null, json!(err)),
    };
    let known = row.get("known_latest").is_some();
    let latest_after = match String::from_utf8(database.latest).unwrap() {
        latest if latest.is_empty() || (known && row.get("latest_after").is_none()) => Value::Null,
        latest => json!(latest),
    };
    let mut requests = database.requests;
    requests.sort();
    requests.dedup();
    let got =
        json!({"lines": lines, "err": err, "requests": requests, "latest_after": latest_after});
    let want: Value = ["lines", "err", "requests", "latest_after"]
        .into_iter()
        .map(|name| (name.to_owned(), row[name].clone()))
        .collect();
    tally.check(&name, &got, &want);
}

/// Two lookups of one client, whose server changes its history in between.
fn lookup_twice(tally: &mut Tally, row: &Value) {
    let checker = Checker::new(&text(row, "key")).unwrap();
    let mut latest = Vec::new();
    for part in ["first", "second"] {
        let row = &row[part];
        let mut database = Database {
            overrides: row["override"].clone(),
            latest,
            requests: Vec::new(),
        };
        let (path, version) = (text(row, "path"), text(row, "version"));
        let got = match database.lookup(&checker, &path, &version) {
            Ok(lines) => json!({"lines": lines, "err": null, "security_error": null}),
            Err(err) => {
                let report = match &err {
                    LookupError::Check(err) => err.fork().map(ToString::to_string),
                    LookupError::Text(_) => None,
                };
                json!({"lines": [], "err": format!("{path}@{version}: {}", err.text()), "security_error": report})
            }
        };
        let want: Value = ["lines", "err", "security_error"]
            .into_iter()
            .map(|name| (name.to_owned(), row[name].clone()))
            .collect();
        tally.check(part, &got, &want);
        latest = database.latest;
    }
}
