
use builtin;
use str;

set edit:completion:arg-completer[modsmith] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'modsmith'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'modsmith'= {
            cand -C 'Change to DIR before anything else; other paths count from there, as in Go'
            cand --ca-file 'Trust the certificates in FILE as well (PEM)'
            cand --config 'Read settings from FILE instead of looking for modsmith.toml'
            cand --color 'When to use colour'
            cand --offline 'Never touch the network; name everything that is missing'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Print every request on stderr'
            cand --verbose 'Print every request on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand graph 'Print the module requirement graph, as `go mod graph` does'
            cand env 'Print the Go environment with the origin of each value'
            cand mod 'Parse, format and edit go.mod and go.work'
            cand completions 'Print a completion script for a shell'
        }
        &'modsmith;graph'= {
            cand --go 'Load the graph as the given Go version would, instead of the version that go.mod names'
            cand --format 'How to print the edges'
            cand --mod 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS'
            cand --modfile 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go''s `-modfile`'
            cand -C 'Change to DIR before anything else; other paths count from there, as in Go'
            cand --ca-file 'Trust the certificates in FILE as well (PEM)'
            cand --config 'Read settings from FILE instead of looking for modsmith.toml'
            cand --color 'When to use colour'
            cand --json 'Short for `--format json`'
            cand --modcacherw 'Leave new directories of the module cache writable, as with Go''s `-modcacherw`'
            cand --offline 'Never touch the network; name everything that is missing'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Print every request on stderr'
            cand --verbose 'Print every request on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'Print the build list or the given modules, as `go list -m` does'
            cand tree 'Print the requirements as a tree'
        }
        &'modsmith;graph;list'= {
            cand --format 'How to print the modules'
            cand --mod 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS'
            cand --modfile 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go''s `-modfile`'
            cand -C 'Change to DIR before anything else; other paths count from there, as in Go'
            cand --ca-file 'Trust the certificates in FILE as well (PEM)'
            cand --config 'Read settings from FILE instead of looking for modsmith.toml'
            cand --color 'When to use colour'
            cand -u 'Add the newest version of each module, and whether the present one is retracted or the module deprecated'
            cand --updates 'Add the newest version of each module, and whether the present one is retracted or the module deprecated'
            cand --versions 'Print the known versions of each module'
            cand --retracted 'Count retracted versions too'
            cand -e 'Go on after an error with one module; with JSON the error stands in that module''s object'
            cand --keep-going 'Go on after an error with one module; with JSON the error stands in that module''s object'
            cand --json 'Short for `--format json`: one object for each module, as `go list -m -json`'
            cand --modcacherw 'Leave new directories of the module cache writable, as with Go''s `-modcacherw`'
            cand --offline 'Never touch the network; name everything that is missing'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Print every request on stderr'
            cand --verbose 'Print every request on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'modsmith;graph;tree'= {
            cand --depth 'Go no deeper than N'
            cand --format 'How to print the tree'
            cand --mod 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS'
            cand --modfile 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go''s `-modfile`'
            cand -C 'Change to DIR before anything else; other paths count from there, as in Go'
            cand --ca-file 'Trust the certificates in FILE as well (PEM)'
            cand --config 'Read settings from FILE instead of looking for modsmith.toml'
            cand --color 'When to use colour'
            cand -i 'Turn the tree around: who requires MODULE'
            cand --invert 'Turn the tree around: who requires MODULE'
            cand -d 'Only modules that are there in several major versions, each with those that require it'
            cand --duplicates 'Only modules that are there in several major versions, each with those that require it'
            cand --json 'Short for `--format json`, schema `modsmith.tree/1`'
            cand --modcacherw 'Leave new directories of the module cache writable, as with Go''s `-modcacherw`'
            cand --offline 'Never touch the network; name everything that is missing'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Print every request on stderr'
            cand --verbose 'Print every request on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'modsmith;env'= {
            cand --format 'How to print them'
            cand -C 'Change to DIR before anything else; other paths count from there, as in Go'
            cand --ca-file 'Trust the certificates in FILE as well (PEM)'
            cand --config 'Read settings from FILE instead of looking for modsmith.toml'
            cand --color 'When to use colour'
            cand --changed 'Only variables that differ from their default'
            cand --json 'Short for `--format json`'
            cand --offline 'Never touch the network; name everything that is missing'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Print every request on stderr'
            cand --verbose 'Print every request on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'modsmith;mod'= {
            cand -C 'Change to DIR before anything else; other paths count from there, as in Go'
            cand --ca-file 'Trust the certificates in FILE as well (PEM)'
            cand --config 'Read settings from FILE instead of looking for modsmith.toml'
            cand --color 'When to use colour'
            cand --offline 'Never touch the network; name everything that is missing'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Print every request on stderr'
            cand --verbose 'Print every request on stderr'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'modsmith;completions'= {
            cand -C 'Change to DIR before anything else; other paths count from there, as in Go'
            cand --ca-file 'Trust the certificates in FILE as well (PEM)'
            cand --config 'Read settings from FILE instead of looking for modsmith.toml'
            cand --color 'When to use colour'
            cand --offline 'Never touch the network; name everything that is missing'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Print every request on stderr'
            cand --verbose 'Print every request on stderr'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
    ]
    $completions[$command]
}
