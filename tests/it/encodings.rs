//! Source encodings against Python's own: which names it knows, and what each byte means.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use unspool_engine::text::SourceFile;

use crate::support::{python, skip};

/// Prints, for every name of a codec: its canonical name, whether a source file may declare it, and what each
/// single byte and each pair from 0x80 on decodes to, where it does.
const SCRIPT: &str = r##"
import codecs, encodings.aliases, json
names = set(encodings.aliases.aliases) | set(encodings.aliases.aliases.values())
names |= {n.replace("_", "-") for n in names} | {n.upper() for n in names} | {"latin-1-unix", "utf-8-sig", "no such"}
east_asian = {"cp932", "cp949", "euc_jp", "euc_kr", "gb18030", "gb2312", "gbk", "shift_jis"}
def table(name):
    found = {}
    for first in range(1, 256):
        seconds = [None] + (list(range(256)) if name in east_asian and first > 127 else [])
        for second in seconds:
            data = bytes([first] if second is None else [first, second])
            try:
                found[data.hex()] = data.decode(name)
            except UnicodeError:
                pass
    return found
out, tables = {}, {}
for name in sorted(names):
    try:
        compile(b"# coding: " + name.encode() + b"\n", "f", "exec")
    except (SyntaxError, ValueError):
        out[name] = None
        continue
    # The tokenizer cuts what editors append to this one.
    canonical = codecs.lookup("latin-1" if name == "latin-1-unix" else name).name
    out[name] = canonical
    if canonical not in tables:
        tables[canonical] = table(canonical)
print(json.dumps([out, tables]))
"##;

/// What Python reads and unspool does not: it says so and leaves the file alone.
const UNSUPPORTED: &[&str] = &[
    "big5",
    "big5hkscs",
    "cp037",
    "cp1006",
    "cp1026",
    "cp1125",
    "cp1140",
    "cp273",
    "cp424",
    "cp437",
    "cp500",
    "cp720",
    "cp737",
    "cp775",
    "cp850",
    "cp852",
    "cp855",
    "cp856",
    "cp857",
    "cp858",
    "cp860",
    "cp861",
    "cp862",
    "cp863",
    "cp864",
    "cp865",
    "cp869",
    "cp874",
    "cp875",
    "cp950",
    "euc_jis_2004",
    "euc_jisx0213",
    "hp-roman8",
    "hz",
    "iso2022_jp",
    "iso2022_jp_1",
    "iso2022_jp_2",
    "iso2022_jp_2004",
    "iso2022_jp_3",
    "iso2022_jp_ext",
    "iso2022_kr",
    "iso8859-11",
    "iso8859-9",
    "johab",
    "koi8-t",
    "koi8-u",
    "kz1048",
    "mac-croatian",
    "mac-farsi",
    "mac-greek",
    "mac-iceland",
    "mac-latin2",
    "mac-romanian",
    "mac-turkish",
    "ptcp154",
    "shift_jis_2004",
    "shift_jisx0213",
    "tis-620",
    "utf-7",
];

/// Here a few punctuation marks and characters for private use differ, and some more bytes are understood.
const EAST_ASIAN: &[&str] = &["cp932", "cp949", "euc_jp", "euc_kr", "gb18030", "gb2312", "gbk", "shift_jis"];

#[test]
fn bytes_mean_what_they_mean_to_python() {
    let Some(python) = python() else { skip!("encodings against Python", "no python3") };
    let output = Command::new(python).args(["-W", "ignore", "-c", SCRIPT]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    type Answer = (BTreeMap<String, Option<String>>, BTreeMap<String, BTreeMap<String, String>>);
    let (names, tables): Answer = serde_json::from_slice(&output.stdout).unwrap();
    let decode = |name: &str, bytes: &[u8]| {
        let header = format!("# coding: {name}\n");
        let file = SourceFile::decode([header.as_bytes(), bytes].concat()).ok()?;
        Some(file.text[header.len()..].to_owned())
    };

    let mut known = BTreeMap::new();
    let mut unsupported = BTreeSet::new();
    for (name, canonical) in &names {
        match (decode(name, b""), canonical) {
            (None, None) => {}
            (Some(_), None) => panic!("{name}: Python does not know it"),
            (None, Some(canonical)) => {
                unsupported.insert(canonical.as_str());
            }
            (Some(_), Some(canonical)) => {
                known.insert(canonical.as_str(), name.as_str());
            }
        }
    }
    let surprises: Vec<_> = unsupported.iter().filter(|name| !UNSUPPORTED.contains(name)).collect();
    assert!(surprises.is_empty(), "{surprises:?} is read by Python");
    assert!(known.len() >= 36, "{known:?}");

    for (canonical, name) in known {
        let is_east_asian = EAST_ASIAN.contains(&canonical);
        let mut others = Vec::new();
        let mut check = |bytes: &[u8], theirs: Option<&String>| match (decode(name, bytes), theirs) {
            (Some(ours), Some(theirs)) if ours == *theirs => {}
            (None, None) => {}
            (None, Some(_)) | (Some(_), None) if is_east_asian => {}
            (Some(_), Some(theirs)) if is_east_asian && !theirs.contains(char::is_alphanumeric) => {
                others.push(bytes.to_vec());
            }
            (ours, theirs) => panic!("{canonical} {bytes:x?}: {ours:?} instead of {theirs:?}"),
        };
        let table = &tables[canonical];
        for byte in 1..=0xffu8 {
            check(&[byte], table.get(&format!("{byte:02x}")));
        }
        if is_east_asian {
            for first in 0x80..=0xffu8 {
                let pairs = (1..=0xffu8).filter_map(|second| {
                    Some(([first, second], table.get(&format!("{first:02x}{second:02x}"))?))
                });
                // All of them as one file, a line each: only where that differs are they looked at one by one.
                let pairs: Vec<_> = pairs.collect();
                let bytes: Vec<u8> =
                    pairs.iter().flat_map(|(bytes, _)| [bytes[0], bytes[1], b'\n']).collect();
                let text: String = pairs.iter().flat_map(|(_, text)| [text.as_str(), "\n"]).collect();
                if decode(name, &bytes) != Some(text) {
                    for (bytes, theirs) in pairs {
                        check(&bytes, Some(theirs));
                    }
                }
            }
        }
        assert!(others.len() <= 20, "{canonical}: {others:?}");
    }
}
