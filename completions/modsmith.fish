# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_modsmith_global_optspecs
    string join \n C= offline ca-file= config= color= q/quiet v/verbose h/help V/version
end

function __fish_modsmith_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_modsmith_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_modsmith_using_subcommand
    set -l cmd (__fish_modsmith_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c modsmith -n "__fish_modsmith_needs_command" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_needs_command" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_needs_command" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_needs_command" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_needs_command" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_needs_command" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_needs_command" -s V -l version -d 'Print version'
complete -c modsmith -n "__fish_modsmith_needs_command" -f -a "graph" -d 'Print the module requirement graph, as `go mod graph` does'
complete -c modsmith -n "__fish_modsmith_needs_command" -f -a "env" -d 'Print the Go environment with the origin of each value'
complete -c modsmith -n "__fish_modsmith_needs_command" -f -a "mod" -d 'Parse, format and edit go.mod and go.work, keep them tidy, change requirements and download them'
complete -c modsmith -n "__fish_modsmith_needs_command" -f -a "verify" -d 'Check that what is built, vendored and shipped is what the checksum database has seen'
complete -c modsmith -n "__fish_modsmith_needs_command" -f -a "merge-driver" -d 'Merge go.mod, go.work and go.sum for git, by what they say'
complete -c modsmith -n "__fish_modsmith_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -l go -d 'Load the graph as the given Go version would, instead of the version that go.mod names' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -l format -d 'How to print the edges' -r -f -a "text\t'`go mod graph`, byte for byte'
json\t'Modules and requirements, schema `modsmith.graph/1`'
dot\t'A directed graph for Graphviz'
mermaid\t'A flowchart for Mermaid'
svg\t'A drawing, made without Graphviz; large graphs are folded'
html\t'One file to search, fold and follow the graph in; it loads nothing from elsewhere'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -l fold -d 'What is drawn as one box in an SVG; without it, as much as it takes for a drawing that can be read' -r -f -a "never\t'Every module version by itself'
module\t'All versions of a module'
owner\t'All modules whose paths begin alike, as `github.com/azure`'
host\t'All modules of a host'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -l json -d 'Short for `--format json`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -f -a "list" -d 'Print the build list or the given modules, as `go list -m` does'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -f -a "tree" -d 'Print the requirements as a tree'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -f -a "trace" -d 'Tell how the resolver comes to its answer'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -f -a "why" -d 'Tell why packages or modules are needed, as `go mod why` does'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -f -a "packages" -d 'List packages with the modules that provide them, as `go list -e` finds them'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -f -a "cycles" -d 'Find modules that require each other'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -f -a "diff" -d 'Tell what changed between two states: modules, and who caused each change'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -f -a "lint" -d 'Find mistakes of meaning in go.mod'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -f -a "replaces" -d 'Look at every `replace` line: whether it is in force, and what the build would be without it'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and not __fish_seen_subcommand_from list tree trace why packages cycles diff lint replaces what-if" -f -a "what-if" -d 'Tell what `go get` would change, before it is done'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -l format -d 'How to print the modules' -r -f -a "text\t'Lines of text'
json\t'JSON'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -s u -l updates -d 'Add the newest version of each module, and whether the present one is retracted or the module deprecated'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -l versions -d 'Print the known versions of each module'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -l retracted -d 'Count retracted versions too'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -s e -l keep-going -d 'Go on after an error with one module; with JSON the error stands in that module\'s object'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -l json -d 'Short for `--format json`: one object for each module, as `go list -m -json`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -l depth -d 'Go no deeper than N' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -l charset -d 'What the branches are drawn with' -r -f -a "utf8\t'Lines'
ascii\t'Characters that every terminal has'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -l format -d 'How to print the tree' -r -f -a "text\t'Lines of text'
json\t'JSON'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -s i -l invert -d 'Turn the tree around: who requires MODULE, up to the main modules; each chain is a shortest one'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -s d -l duplicates -d 'Only modules of which several majors are in the build list (`/v2`, `.v3`), each with those that require it'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -l json -d 'Short for `--format json`, schema `modsmith.tree/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from tree" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from trace" -l format -d 'How to print the steps' -r -f -a "text\t'Lines of text'
json\t'JSON'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from trace" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from trace" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from trace" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from trace" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from trace" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from trace" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from trace" -l fresh -d 'Read every go.mod now, whatever earlier runs have noted'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from trace" -l json -d 'Short for `--format json`: one object a line, schema `modsmith.trace/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from trace" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from trace" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from trace" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from trace" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from trace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -l format -d 'How to print the chains' -r -f -a "text\t'Lines of text'
json\t'JSON'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -s m -l modules -d 'The names are those of modules'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -l vendor -d 'Only tests of the main module count, as for `go mod vendor`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -l version -d 'The names are those of modules, and the question is why they have the version that is selected'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -l all -d 'Every shortest chain, up to 1000 for each name, separated by blank lines; of a version every chain'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -l json -d 'Short for `--format json`, schema `modsmith.why/1`; of a version `modsmith.why-version/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from why" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from packages" -l tags -d 'Build tags that hold, between commas; replaces `-tags` of GOFLAGS' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from packages" -l format -d 'How to print the packages' -r -f -a "text\t'Lines of text'
json\t'JSON'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from packages" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from packages" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from packages" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from packages" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from packages" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from packages" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from packages" -l imports -d 'Print imports: a package and one that it imports, one pair a line'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from packages" -l json -d 'Short for `--format json`, schema `modsmith.packages/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from packages" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from packages" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from packages" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from packages" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from packages" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from cycles" -l format -d 'How to print the result' -r -f -a "text\t'Text for people'
json\t'JSON'
sarif\t'SARIF 2.1.0 for code scanning'
junit\t'JUnit: a test for each rule'
github\t'Annotations of a GitHub workflow'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from cycles" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from cycles" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from cycles" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from cycles" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from cycles" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from cycles" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from cycles" -l packages -d 'Look at imports between the main modules instead of requirements'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from cycles" -l json -d 'Short for `--format json`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from cycles" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from cycles" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from cycles" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from cycles" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from cycles" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from diff" -l format -d 'How to print the changes' -r -f -a "text\t'Lines of text'
json\t'JSON'
markdown\t'Tables for a pull request'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from diff" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from diff" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from diff" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from diff" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from diff" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from diff" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from diff" -l exit-code -d 'End with exit code 1 when anything differs'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from diff" -l json -d 'Short for `--format json`, schema `modsmith.graph-diff/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from diff" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from diff" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from lint" -l format -d 'How to print the result' -r -f -a "text\t'Text for people'
json\t'JSON'
sarif\t'SARIF 2.1.0 for code scanning'
junit\t'JUnit: a test for each rule'
github\t'Annotations of a GitHub workflow'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from lint" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from lint" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from lint" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from lint" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from lint" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from lint" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from lint" -l online -d 'Ask proxies for tags, retractions and deprecations'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from lint" -l notes -d 'Show notes, too'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from lint" -l strict -d 'Warnings end the command with exit code 1, too'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from lint" -l json -d 'Short for `--format json`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from lint" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from lint" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from lint" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from lint" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from lint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from replaces" -l format -d 'How to print the result' -r -f -a "text\t'Text for people'
json\t'JSON'
sarif\t'SARIF 2.1.0 for code scanning'
junit\t'JUnit: a test for each rule'
github\t'Annotations of a GitHub workflow'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from replaces" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from replaces" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from replaces" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from replaces" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from replaces" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from replaces" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from replaces" -l no-effects -d 'Do not tell what the build would be without each line'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from replaces" -l json -d 'Short for `--format json`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from replaces" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from replaces" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from replaces" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from replaces" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from replaces" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from what-if" -s u -l upgrade -d 'Upgrade the modules with packages that those need; `-u=patch` to patch releases only' -r -f -a "minor\t'Minor and patch releases'
patch\t'Patch releases'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from what-if" -l format -d 'How to print what changes' -r -f -a "text\t'Lines of text'
json\t'JSON'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from what-if" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from what-if" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from what-if" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from what-if" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from what-if" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from what-if" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from what-if" -s t -l tests -d 'Count the tests of packages, too'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from what-if" -l write -d 'Do it: write go.mod and go.sum'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from what-if" -l json -d 'Short for `--format json`, schema `modsmith.what-if/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from what-if" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from what-if" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from what-if" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from what-if" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand graph; and __fish_seen_subcommand_from what-if" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand env" -l format -d 'How to print them' -r -f -a "text\t'Values with their origin; with names, values alone'
json\t'Values with their origin, schema `modsmith.env/1`'
go\t'Assignments for a shell, as `go env` prints them'"
complete -c modsmith -n "__fish_modsmith_using_subcommand env" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand env" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand env" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand env" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand env" -l changed -d 'Only variables that differ from their default'
complete -c modsmith -n "__fish_modsmith_using_subcommand env" -l json -d 'Short for `--format json`'
complete -c modsmith -n "__fish_modsmith_using_subcommand env" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand env" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand env" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand env" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and not __fish_seen_subcommand_from parse fmt edit get download tidy vendor" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and not __fish_seen_subcommand_from parse fmt edit get download tidy vendor" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and not __fish_seen_subcommand_from parse fmt edit get download tidy vendor" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and not __fish_seen_subcommand_from parse fmt edit get download tidy vendor" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and not __fish_seen_subcommand_from parse fmt edit get download tidy vendor" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and not __fish_seen_subcommand_from parse fmt edit get download tidy vendor" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and not __fish_seen_subcommand_from parse fmt edit get download tidy vendor" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and not __fish_seen_subcommand_from parse fmt edit get download tidy vendor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and not __fish_seen_subcommand_from parse fmt edit get download tidy vendor" -f -a "parse" -d 'Print what a go.mod or go.work says'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and not __fish_seen_subcommand_from parse fmt edit get download tidy vendor" -f -a "fmt" -d 'Rewrite go.mod and go.work in canonical form, as `go mod edit -fmt` does'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and not __fish_seen_subcommand_from parse fmt edit get download tidy vendor" -f -a "edit" -d 'Edit a go.mod or go.work, as `go mod edit` and `go work edit` do'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and not __fish_seen_subcommand_from parse fmt edit get download tidy vendor" -f -a "get" -d 'Add, upgrade, downgrade or remove requirements, as `go get` does'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and not __fish_seen_subcommand_from parse fmt edit get download tidy vendor" -f -a "download" -d 'Put modules into the module cache, as `go mod download` does'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and not __fish_seen_subcommand_from parse fmt edit get download tidy vendor" -f -a "tidy" -d 'Make go.mod and go.sum list what the module needs and nothing else, as `go mod tidy` does'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and not __fish_seen_subcommand_from parse fmt edit get download tidy vendor" -f -a "vendor" -d 'Make the vendor directory, as `go mod vendor` does, and in a workspace as `go work vendor`'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from parse" -l format -d 'How to print it' -r -f -a "text\t'Lines of text'
json\t'JSON'"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from parse" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from parse" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from parse" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from parse" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from parse" -l work -d 'Take the go.work in use where no file is named'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from parse" -l json -d 'Short for `--format json`'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from parse" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from parse" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from parse" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from parse" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from fmt" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from fmt" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from fmt" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from fmt" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from fmt" -l work -d 'Take the go.work in use where no file is named'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from fmt" -l check -d 'Change nothing: print a diff, and end with exit code 1 if there is one'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from fmt" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from fmt" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from fmt" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from fmt" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l module -d 'Set the module path' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l go -d 'Set the go line; `none` drops it' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l toolchain -d 'Set the toolchain line; `none` drops it' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l godebug -d 'Set a godebug key; other lines of the key go' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l dropgodebug -d 'Drop the lines of a godebug key' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l require -d 'Set a requirement; other lines of the path go' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l droprequire -d 'Drop the requirements of a path' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l exclude -d 'Exclude a version' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l dropexclude -d 'Drop an exclusion' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l replace -d 'Replace a module version, or all versions, by another module or a directory' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l dropreplace -d 'Drop a replacement' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l retract -d 'Retract a version, or an interval `[LOW,HIGH]`' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l dropretract -d 'Drop a retraction' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l tool -d 'Add a tool' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l droptool -d 'Drop a tool' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l ignore -d 'Add a directory to ignore' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l dropignore -d 'Drop a directory to ignore' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l use -d 'Add the module in a directory to go.work' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l dropuse -d 'Drop the module in a directory from go.work' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l work -d 'Take the go.work in use where no file is named'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l fmt -d 'Format the file and make no other change'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l print -d 'Print the file instead of writing it'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l json -d 'Print the file as Go\'s JSON instead of writing it'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l check -d 'Write nothing: print a diff, and end with exit code 1 if there is one'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from get" -s u -l upgrade -d 'Upgrade the modules with packages that those need; `-u=patch` to patch releases only' -r -f -a "minor\t'Minor and patch releases'
patch\t'Patch releases'"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from get" -l format -d 'How to print what changes' -r -f -a "text\t'What the go command prints, then what else moved'
go\t'What the go command prints, and no more'
json\t'JSON'"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from get" -l modfile -d 'Use FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from get" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from get" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from get" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from get" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from get" -s t -l tests -d 'Count the tests of packages, too'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from get" -l tool -d 'Add a `tool` line for each package; with `@none`, drop it'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from get" -s n -l dry-run -d 'Write nothing'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from get" -l json -d 'Short for `--format json`, schema `modsmith.get/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from get" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from get" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from get" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from get" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from get" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from download" -l modfile -d 'Use FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from download" -l format -d 'How to print the modules; text prints nothing' -r -f -a "text\t'Lines of text'
json\t'JSON'"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from download" -l reuse -d 'Refused: the module cache serves instead' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from download" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from download" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from download" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from download" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from download" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from download" -l json -d 'Short for `--format json`: one object for each module, as `go mod download -json`'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from download" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from download" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from download" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from download" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -l go -d 'Set the go line to VERSION, and load modules as that Go does' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -l compat -d 'Keep the hashes that Go VERSION needs, and refuse to go on where it would load other modules' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -l modfile -d 'Use FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -l format -d 'How to print what changes; text only with `--check`' -r -f -a "text\t'Lines of text'
json\t'JSON'"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -l check -d 'Write nothing: show what would change and who needs it; exit code 1 if anything would'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -l diff -d 'Write nothing: print what `go mod tidy -diff` prints; exit code 1 if that is anything'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -s e -l keep-going -d 'Go on although packages cannot be loaded; what is wrong becomes a warning'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -l json -d 'Short for `--format json`, schema `modsmith.tidy/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from tidy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from vendor" -s o -l out -d 'Make DIR instead of `vendor`' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from vendor" -l modfile -d 'Use FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from vendor" -l format -d 'How to print what differs; text only with `--check`' -r -f -a "text\t'Lines of text'
json\t'JSON'"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from vendor" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from vendor" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from vendor" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from vendor" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from vendor" -l check -d 'Write nothing: name the files that differ from what would be written, and end with exit code 1 if there are any'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from vendor" -s e -l keep-going -d 'Go on although packages cannot be loaded; what is wrong is a warning'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from vendor" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from vendor" -l json -d 'Short for `--format json`, schema `modsmith.vendor/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from vendor" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from vendor" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from vendor" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand mod; and __fish_seen_subcommand_from vendor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -l format -d 'How to print the result' -r -f -a "human\t'Text for people'
json\t'Checks and findings, schema `modsmith.verify/1`'
sarif\t'SARIF 2.1.0 for code scanning'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -l json -d 'Short for `--format json`, schema `modsmith.verify/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -f -a "cache" -d 'Check the module cache: zips, hashes and unpacked files'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -f -a "sum" -d 'Check go.sum against itself and against the build list'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -f -a "sumdb" -d 'Prove each line of go.sum with the checksum database'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -f -a "vendor" -d 'Check the vendor directory: modules.txt and every file'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -f -a "binary" -d 'Check the modules that Go binaries were built from'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -f -a "module" -d 'Check one module: a zip, a directory or a revision of a repository'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -f -a "tags" -d 'Check the tags of your own modules against what proxy and database recorded'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and not __fish_seen_subcommand_from cache sum sumdb vendor binary module tags explain" -f -a "explain" -d 'Find out who differs when Go says `checksum mismatch`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from cache" -l format -d 'How to print the result' -r -f -a "human\t'Text for people'
json\t'Checks and findings, schema `modsmith.verify/1`'
sarif\t'SARIF 2.1.0 for code scanning'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from cache" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from cache" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from cache" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from cache" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from cache" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from cache" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from cache" -l all -d 'Check every module of the cache instead of the build list'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from cache" -l repair -d 'Fetch again what is wrong; nothing is removed that cannot be replaced'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from cache" -l json -d 'Short for `--format json`, schema `modsmith.verify/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from cache" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from cache" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from cache" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from cache" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from cache" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sum" -l format -d 'How to print the result' -r -f -a "human\t'Text for people'
json\t'Checks and findings, schema `modsmith.verify/1`'
sarif\t'SARIF 2.1.0 for code scanning'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sum" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sum" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sum" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sum" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sum" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sum" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sum" -l fix -d 'Write the lines that Go would; each is verified first, by the checksum database or, if private, by its bytes'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sum" -l explain -d 'Say of each line who needs it, and why; JSON always does'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sum" -l json -d 'Short for `--format json`, schema `modsmith.verify/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sum" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sum" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sum" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sum" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sum" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sumdb" -l second-opinion -d 'Compare with the tree head that this other way to the same database shows' -r -f
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sumdb" -l format -d 'How to print the result' -r -f -a "human\t'Text for people'
json\t'Checks and findings, schema `modsmith.verify/1`'
sarif\t'SARIF 2.1.0 for code scanning'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sumdb" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sumdb" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sumdb" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sumdb" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sumdb" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sumdb" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sumdb" -l json -d 'Short for `--format json`, schema `modsmith.verify/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sumdb" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sumdb" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sumdb" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sumdb" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from sumdb" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from vendor" -l format -d 'How to print the result' -r -f -a "human\t'Text for people'
json\t'Checks and findings, schema `modsmith.verify/1`'
sarif\t'SARIF 2.1.0 for code scanning'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from vendor" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from vendor" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from vendor" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from vendor" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from vendor" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from vendor" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from vendor" -l json -d 'Short for `--format json`, schema `modsmith.verify/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from vendor" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from vendor" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from vendor" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from vendor" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from vendor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from binary" -l sum -d 'The go.sum to check against' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from binary" -l format -d 'How to print the result' -r -f -a "human\t'Text for people'
json\t'Checks and findings, schema `modsmith.verify/1`'
sarif\t'SARIF 2.1.0 for code scanning'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from binary" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from binary" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from binary" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from binary" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from binary" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from binary" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from binary" -l json -d 'Print the build information as `go version -m -json` does, with findings'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from binary" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from binary" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from binary" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from binary" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from binary" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from module" -l module -d 'The module path, instead of the one in the zip or in go.mod' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from module" -l as -d 'The version to take it for; the hash depends on it' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from module" -l output -d 'Write the zip that is made of a directory or revision to a file' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from module" -l format -d 'How to print the result' -r -f -a "human\t'Text for people'
json\t'Checks and findings, schema `modsmith.verify/1`'
sarif\t'SARIF 2.1.0 for code scanning'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from module" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from module" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from module" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from module" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from module" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from module" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from module" -l json -d 'Short for `--format json`, schema `modsmith.verify/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from module" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from module" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from module" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from module" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from module" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from tags" -l format -d 'How to print the result' -r -f -a "human\t'Text for people'
json\t'Checks and findings, schema `modsmith.verify/1`'
sarif\t'SARIF 2.1.0 for code scanning'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from tags" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from tags" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from tags" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from tags" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from tags" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from tags" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from tags" -l json -d 'Short for `--format json`, schema `modsmith.verify/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from tags" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from tags" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from tags" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from tags" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from tags" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from explain" -l format -d 'How to print the result' -r -f -a "human\t'Text for people'
json\t'Checks and findings, schema `modsmith.verify/1`'
sarif\t'SARIF 2.1.0 for code scanning'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from explain" -l mod -d 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS' -r -f -a "readonly\t'Refuse to go on when go.mod or go.sum would have to change'
mod\t'Resolve as if go.mod could be changed; nothing is written'
vendor\t'Believe vendor/modules.txt'"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from explain" -l modfile -d 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go\'s `-modfile`' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from explain" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from explain" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from explain" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from explain" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from explain" -l json -d 'Short for `--format json`, schema `modsmith.verify/1`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from explain" -l modcacherw -d 'Leave new directories of the module cache writable, as with Go\'s `-modcacherw`'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from explain" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from explain" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from explain" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand verify; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand merge-driver" -l marker-size -d 'How long the marks of conflicts are (`%L`)' -r
complete -c modsmith -n "__fish_modsmith_using_subcommand merge-driver" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand merge-driver" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand merge-driver" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand merge-driver" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand merge-driver" -l install -d 'Tell git about the driver: .gitattributes for which files, the configuration how to call it'
complete -c modsmith -n "__fish_modsmith_using_subcommand merge-driver" -l uninstall -d 'Take that back'
complete -c modsmith -n "__fish_modsmith_using_subcommand merge-driver" -l check -d 'See whether git knows the driver'
complete -c modsmith -n "__fish_modsmith_using_subcommand merge-driver" -l global -d 'For all repositories of the user'
complete -c modsmith -n "__fish_modsmith_using_subcommand merge-driver" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand merge-driver" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand merge-driver" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand merge-driver" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c modsmith -n "__fish_modsmith_using_subcommand completions" -s C -d 'Change to DIR before anything else; other paths count from there, as in Go' -r -f -a "(__fish_complete_directories)"
complete -c modsmith -n "__fish_modsmith_using_subcommand completions" -l ca-file -d 'Trust the certificates in FILE as well (PEM)' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand completions" -l config -d 'Read settings from FILE instead of looking for modsmith.toml' -r -F
complete -c modsmith -n "__fish_modsmith_using_subcommand completions" -l color -d 'When to use colour' -r -f -a "auto\t''
always\t''
never\t''"
complete -c modsmith -n "__fish_modsmith_using_subcommand completions" -l offline -d 'Never touch the network; name everything that is missing'
complete -c modsmith -n "__fish_modsmith_using_subcommand completions" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c modsmith -n "__fish_modsmith_using_subcommand completions" -s v -l verbose -d 'Print every request on stderr'
complete -c modsmith -n "__fish_modsmith_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
