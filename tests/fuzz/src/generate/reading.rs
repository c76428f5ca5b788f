//! Files read line by line, and what is done between two lines.

use super::{Choices, Family, Mode, block, lines, shown};

pub static FAMILY: Family = Family {
    transform: "readlines-to-iteration",
    program,
    definitions: include_str!("reading.py"),
    mode: Mode::Safe,
};

/// What is done with the lines `#` of `f`.
const READERS: &[&str] = &[
    "total = 0\nfor line in #:\n    total += len(line)\nreturn total",
    "return [line.strip() for line in #]",
    "return sum(len(line) for line in #)",
    "kept = []\nfor line in #:\n    kept.append(line)\nreturn kept",
    "kept = []\nfor n, line in enumerate(#):\n    kept.append((n, line))\nreturn kept",
    "return list(map(str.strip, #))",
    "return max(#, default='')",
    "return {line: 1 for line in #}",
    "return sorted(#)",
    "kept = []\nkept.extend(#)\nreturn kept",
    "for line in #:\n    if line.startswith('b'):\n        return line\nreturn ''",
    "return any(line.startswith('b') for line in #)",
    "return list(zip(#, range(2)))",
    "first, *rest = #\nreturn rest",
];
const HOSTILE: &[&str] = &[
    "return len(#)",
    "return #",
    "return #[1:]",
    "for line in #:\n    print('line', line.strip())\nreturn 0",
    "got = []\nfor line in #:\n    got.append(f.readline())\nreturn got",
    "got = []\nfor line in #:\n    got.append(f.tell())\nreturn got",
    "for line in #:\n    break\nreturn f.read()",
    "for line in #:\n    note(path)\nreturn open(path).read()",
    "for line in #:\n    f.close()\nreturn f.closed",
    "got = []\nfor line in #:\n    got.append(rest_of(f))\nreturn got",
    "for line in #:\n    f.seek(0)\nreturn f.tell()",
    "found = 'b\\n' in #\nreturn found, f.read()",
    "other = f\nfor line in #:\n    print(other.read())\nreturn 0",
    "try:\n    for line in #:\n        LOG.append(int(line))\nexcept ValueError:\n    return 'bad'\nreturn LOG[:]",
    "for line in #:\n    with open(path, 'w') as out:\n        out.write('x')\nreturn open(path).read()",
    "for line in #:\n    for inner in f.readlines():\n        print(inner)\nreturn 0",
    "got = []\nfor line in #:\n    got.append(f.read())\nreturn got",
    "for line in #:\n    outer(f)\nreturn 0",
    "for line in #:\n    os.remove(path) if os.path.exists(path) else None\nreturn 0",
];

/// What stands between the list of lines and its use.
const BETWEEN: &[&str] = &[
    "f.close()\n",
    "print(len(rows))\n",
    "f.seek(0)\n",
    "f = open(path, 'w')\n",
    "open(path, 'w').close()\n",
    "outer(f)\n",
    "if not rows:\n    return 'none'\n",
    "print('read')\n",
];

fn program(c: &mut Choices) -> Vec<String> {
    let function = c.name("read");
    let call = c.either(&["f.readlines()"], &["f.readlines(3)", "f.readlines( )", "open(path).readlines()"]);
    let reader = c.either(READERS, HOSTILE);
    // The lines may have a name, for the sake of one use or of more.
    let reader = match c.weighted(&[4, 1]) {
        0 => reader.replace('#', call),
        _ => {
            let between = c.either(&["", "n = 0\n", "limit = len(path)\n"], BETWEEN);
            format!("rows = {call}\n{between}{}", reader.replace('#', "rows"))
        }
    };
    let reader: Vec<String> = reader.lines().map(str::to_owned).collect();
    let open = c.either(
        &[
            "open(path)",
            "open(path, encoding='utf-8')",
            "io.StringIO('a\\nb\\nc\\n')",
            "open(path, newline='')",
        ],
        &["open(path, 'rb')", "open(path, 'r+')", "io.BytesIO(b'a\\nb\\n')", "outer(path)", "Stream()"],
    );
    let body = match c.weighted(&[6, 2, 1]) {
        0 => block(format!("with {open} as f:"), &reader),
        1 => {
            let mut body = vec![format!("f = {open}")];
            if c.hostile() {
                body.push(c.pick(&["f.readline()", "next(f)", "f.read(1)"]).into());
            }
            body.extend(reader);
            body
        }
        _ => {
            let mut body = vec![format!("f = {open}")];
            body.extend(block("try:", &reader));
            body.extend(block("finally:", &lines(["f.close()"])));
            body
        }
    };
    let mut all = block(format!("def {function}(path, outer):"), &body);
    let text = c.either(
        &["'a\\nb\\nc\\n'", "'1\\n2\\n3'", "''", "'b'"],
        &["'1\\nx\\n2\\n'", "'a\\r\\nb\\r'", "'\\x0ca\\x1cb\\u2028c'"],
    );
    all.push(format!("path = page({text})"));
    let outer = c.either(&["open", "rest_of"], &["plain", "touch", "boom"]);
    all.extend(shown(&format!("{function}(path, {outer})")));
    all.push("print(LOG, os.path.exists(path) and open(path).read())".into());
    all
}
