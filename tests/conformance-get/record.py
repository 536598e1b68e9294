#!/usr/bin/env python3
"""Records what `go get` answers over the proxy of ../conformance; see README.md.

    record.py [-n PER_CASE] [-s SEED]

Writes rows.jsonl and inputs/. Needs `go` (the release of ../conformance/README.md) and its source for the scripts.
"""
import argparse, hashlib, json, os, random, re, shlex, shutil, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parent / "conformance"
GOROOT = subprocess.run(["go", "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip()
# Variables of scripts that change what `get` answers.
KEPT = ("GOPRIVATE", "GONOPROXY", "GOFLAGS", "GOWORK", "GOOS", "GOARCH")
# Scripts that need another proxy, version control or the network.
FOREIGN = re.compile(r"\[!?(net|git|exec:(git|hg|svn|bzr|fossil))|GOPROXY=(direct|https?:)|GOVCS|GO111MODULE=off|fips140")


def txtar(text):
    parts = re.split(r"^-- (.+?) --\n", text, flags=re.M)
    return parts[0], list(zip(parts[1::2], parts[2::2]))


def archive(files):
    text = ""
    for name, body in sorted(files.items()):
        if body and not body.endswith("\n"):
            body += "\n"
        text += f"-- {name} --\n{body}"
    return text


def snapshot(root):
    files = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            try:
                files[str(path.relative_to(root))] = path.read_text()
            except UnicodeDecodeError:
                return None
    return files


def go(args, cwd, env, timeout=120):
    return subprocess.run(["go"] + args, cwd=cwd, env=env, capture_output=True, text=True, timeout=timeout)


def environment(scratch, proxy, more):
    env = {"PATH": os.environ["PATH"], "HOME": str(scratch), "GOPATH": str(scratch / "gopath"),
           "GOMODCACHE": str(scratch / "cache"), "GOCACHE": str(scratch / "build"), "GOPROXY": proxy,
           "GOSUMDB": "off", "GOENV": "off", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0", "GOFLAGS": "",
           "GODEBUG": "goindex=0", "GO111MODULE": "on", "GOWORK": ""}
    env.update(more)
    return env


def neutral(text, work, scratch, proxy):
    for name, value in (("$WORK", work), ("$GOMODCACHE", scratch / "cache"), ("$CORPUS", CORPUS), ("$GOROOT", GOROOT)):
        text = text.replace(str(value), name)
    if proxy.startswith("file://"):
        text = text.replace(proxy[len("file://"):], "$PROXY")
    drop = re.compile(r"^go: (downloading|finding module for package) .*\n", re.M)
    return drop.sub("", text)


class Recorder:
    def __init__(self):
        self.rows = []

    def row(self, name, source, work, cwd, args, env, more, proxy, scratch):
        before = snapshot(work)
        try:
            run = go(args, cwd, env)
        except subprocess.TimeoutExpired:
            return None
        after = snapshot(work)
        if before is None or after is None:
            return None
        changed = {name: text for name, text in after.items() if before.get(name) != text}
        row = {"name": name, **source, "dir": str(cwd.relative_to(work)), "args": [neutral(arg, work, scratch, proxy) for arg in args[1:]], "exit": run.returncode,
               "stderr": neutral(run.stderr, work, scratch, proxy)}
        if more:
            row["env"] = more
        if changed:
            row["changed"] = changed
        return row, before


def scripts(recorder):
    folder = Path(GOROOT) / "src/cmd/go/testdata/script"
    names = sorted(path for path in folder.glob("*.txt") if re.search(r"^[^#\n]*\bgo get\b", path.read_text(errors="replace"), re.M))
    with ThreadPoolExecutor(2) as pool:
        for rows in pool.map(script, names):
            recorder.rows.extend(rows)


def expand(word, env):
    return re.sub(r"\$\{?(\w+)\}?", lambda m: env.get(m[1], ""), word)


def script(path):
    text = path.read_text(errors="replace")
    comment, files = txtar(text)
    if FOREIGN.search(comment):
        return []
    scratch = Path(tempfile.mkdtemp())
    work = scratch / "work"
    work.mkdir()
    for name, body in files:
        name = re.sub(r"^\$WORK/", "../../", expand(name, {"WORK": "$WORK", "GOPATH": "$WORK/gopath"}))
        file = (work / "gopath/src" / name).resolve()
        if work not in file.parents:
            return []
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body)
    cwd = work / "gopath/src"
    cwd.mkdir(parents=True, exist_ok=True)
    proxy = f"file://{CORPUS}/proxy"
    more = {}
    words = {"WORK": str(work), "GOPATH": str(work / "gopath"), "GOPROXY": proxy, "devnull": os.devnull, "/": "/"}
    rows, recorder = [], Recorder()
    try:
        for line in comment.splitlines():
            line = re.sub(r"\s#.*$|^#.*$", "", line).strip()
            line = re.sub(r"^(\[[^]]*\]\s*)+", lambda m: "SKIP " if "short" in m[0] or "!" in m[0] else "", line)
            line = re.sub(r"^[!?]\s+", "", line)
            if not line or line.startswith("SKIP"):
                continue
            try:
                parts = [expand(word, words) if "'" not in word else word for word in shlex.split(line, posix=True)]
            except ValueError:
                break
            command, rest = parts[0], [part for part in parts[1:] if part != "&"]
            if command == "env":
                for setting in rest:
                    key, _, value = setting.partition("=")
                    if key == "GOPROXY" and value not in ("off", proxy):
                        return rows
                    if key == "GO111MODULE" and value not in ("on", "auto", ""):
                        return rows
                    words[key] = value
                    if key == "GOPROXY":
                        proxy = value
                    elif key in KEPT:
                        more[key] = neutral(value, work, scratch, "")
            elif command == "cd":
                cwd = (cwd / rest[0]).resolve()
                cwd.mkdir(parents=True, exist_ok=True)
            elif command == "mkdir":
                for name in rest:
                    (cwd / name).mkdir(parents=True, exist_ok=True)
            elif command == "rm":
                for name in rest:
                    target = cwd / name
                    shutil.rmtree(target, ignore_errors=True) if target.is_dir() else target.unlink(missing_ok=True)
            elif command in ("cp", "mv"):
                for name in rest[:-1]:
                    target = cwd / rest[-1]
                    target = target / Path(name).name if target.is_dir() else target
                    if (cwd / name).is_file():
                        (shutil.copy if command == "cp" else shutil.move)(cwd / name, target)
            elif command == "go":
                env = environment(scratch, proxy, {key: value.replace("$WORK", str(work)) for key, value in more.items()})
                if proxy == "off":
                    # What the script fetched before would be known to nobody who repeats the row.
                    env["GOMODCACHE"] = str(scratch / "empty")
                rest = [word for word in rest if word not in ("-v", "-x")]
                if rest[0] != "get":
                    if rest[0] in ("mod", "list", "work"):
                        go(rest, cwd, env)
                    continue
                if "-tool" not in rest and any(word.startswith("-") and word.split("=")[0] not in ("-u", "-t", "-d", "-v") for word in rest[1:]):
                    go(rest, cwd, env)
                    continue
                name = f"{path.stem}/{len(rows) + 1}"
                got = recorder.row(name, {}, work, cwd, rest, env, dict(more), proxy, scratch)
                if got is None:
                    break
                row, before = got
                if proxy == "off":
                    row["goproxy"] = "off"
                body = archive(before)
                digest = hashlib.sha256(body.encode()).hexdigest()[:12]
                row["input"] = f"{path.stem}-{digest}.txtar"
                (HERE / "inputs" / row["input"]).write_text(body)
                rows.append(row)
    except (subprocess.TimeoutExpired, FileNotFoundError, IndexError, OSError) as error:
        print(f"{path.name}: {error!r}", file=sys.stderr)
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(scratch)])
        shutil.rmtree(scratch, ignore_errors=True)
    return rows


def known_versions(proxy):
    known = {}
    for file in sorted(proxy.rglob("@v/*.info")):
        path = str(file.parent.parent.relative_to(proxy))
        path = re.sub(r"!(.)", lambda m: m[1].upper(), path)
        known.setdefault(path, []).append(re.sub(r"!(.)", lambda m: m[1].upper(), file.stem))
    return known


def arguments(chance, listed, known):
    """Makes up a command line: mostly about modules of the build list, sometimes about others."""
    args = []
    roll = chance.random()
    if roll < 0.12:
        return chance.choice([["-u", "./..."], ["-u=patch", "./..."], ["-u", "all"], ["-t", "-u", "./..."], ["-u"], ["./..."], ["-t", "./..."]])
    if roll < 0.2:
        args.append(chance.choice(["-u", "-u=patch", "-t"]))
    for _ in range(chance.choice([1, 1, 1, 2, 2, 3])):
        near = [path for path in listed if path in known]
        path = chance.choice(near) if near and chance.random() < 0.75 else chance.choice(sorted(known))
        versions = known[path]
        version = chance.choice(versions)
        form = chance.choice(["version"] * 5 + ["none"] * 3 + ["latest", "upgrade", "patch", "below", "major", "bare", "dots", "above", "prefix"])
        args.append({"version": f"{path}@{version}", "none": f"{path}@none", "latest": f"{path}@latest",
                     "upgrade": f"{path}@upgrade", "patch": f"{path}@patch", "below": f"{path}@<{version}",
                     "above": f"{path}@>={version}", "major": f"{path}@{version.split('.')[0]}", "bare": path,
                     "dots": f"{path}/...@{chance.choice(['latest', 'none', version, 'upgrade'])}",
                     "prefix": f"{path}@{'.'.join(version.split('.')[:2])}"}[form])
    if chance.random() < 0.05:
        args.append(chance.choice(["go@1.16", "go@1.17", "go@1.20", "go@1.21", "go@1.25.0", "toolchain@none", "go@1.26.8", "toolchain@go1.26.8"]))
    return args


def random_cases(recorder, seed, count):
    known = known_versions(CORPUS / "proxy")
    jobs = []
    for file in sorted((CORPUS / "cases").glob("*/*/case.json")):
        case = json.loads(file.read_text())
        if case["kind"] != "module" or case["commands"]["graph"]["exit"] != 0:
            continue
        jobs.append((file, case, seed, count, known))
    with ThreadPoolExecutor(2) as pool:
        for rows in pool.map(random_case, jobs):
            recorder.rows.extend(rows)


def random_case(job):
    file, case, seed, count, known = job
    chance = random.Random(f"{seed} {case['name']}")
    rows = []
    listed = []
    if (file.parent / "buildlist.txt").exists():
        listed = [line.split(" ")[0] for line in (file.parent / "buildlist.txt").read_text().splitlines()]
    scratch = Path(tempfile.mkdtemp())
    if case["goproxy"].startswith("$CASE"):
        tree = scratch / "proxy"
        shutil.unpack_archive(file.parent.parent / "proxy.zip", tree)
        proxy, known = f"file://{tree}", known_versions(tree)
    elif case["goproxy"].startswith("$CORPUS"):
        proxy = "file://" + case["goproxy"].replace("$CORPUS", str(CORPUS))
    else:
        return rows
    try:
        for number in range(count if not case["name"].startswith("rand") else 2 * count):
            work = scratch / "work"
            shutil.rmtree(work, ignore_errors=True)
            for name, body in txtar((file.parent.parent / "input.txtar").read_bytes().decode())[1]:
                target = work / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(body.encode())
            if "copy" in case:
                shutil.copy(work / case["copy"][0], work / case["copy"][1])
            args = arguments(chance, listed, known)
            env = environment(scratch, proxy, {"GOWORK": "off"})
            name = f"{case['name']}/{number + 1}"
            source = {"case": str(file.parent.relative_to(CORPUS / "cases"))}
            got = Recorder().row(name, source, work, work / case["dir"], ["get"] + args, env, {}, proxy, scratch)
            if got is not None:
                rows.append(got[0])
    except (UnicodeDecodeError, OSError) as error:
        print(f"{case['name']}: {error!r}", file=sys.stderr)
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(scratch)])
        shutil.rmtree(scratch, ignore_errors=True)
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=1, help="made-up command lines for each case")
    parser.add_argument("-s", default="1", help="seed of the made-up command lines")
    options = parser.parse_args()
    shutil.rmtree(HERE / "inputs", ignore_errors=True)
    (HERE / "inputs").mkdir()
    recorder = Recorder()
    scripts(recorder)
    random_cases(recorder, options.s, options.n)
    with open(HERE / "rows.jsonl", "w") as out:
        for row in recorder.rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(len(recorder.rows), "rows")


if __name__ == "__main__":
    main()
