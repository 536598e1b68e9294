
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'modsmith' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'modsmith'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'modsmith' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Change to DIR before anything else; other paths count from there, as in Go')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Trust the certificates in FILE as well (PEM)')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from FILE instead of looking for modsmith.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Never touch the network; name everything that is missing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('graph', 'graph', [CompletionResultType]::ParameterValue, 'Print the module requirement graph, as `go mod graph` does')
            [CompletionResult]::new('env', 'env', [CompletionResultType]::ParameterValue, 'Print the Go environment with the origin of each value')
            [CompletionResult]::new('mod', 'mod', [CompletionResultType]::ParameterValue, 'Parse, format and edit go.mod and go.work')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            break
        }
        'modsmith;graph' {
            [CompletionResult]::new('--go', '--go', [CompletionResultType]::ParameterName, 'Load the graph as the given Go version would, instead of the version that go.mod names')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print the edges')
            [CompletionResult]::new('--mod', '--mod', [CompletionResultType]::ParameterName, 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS')
            [CompletionResult]::new('--modfile', '--modfile', [CompletionResultType]::ParameterName, 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go''s `-modfile`')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Change to DIR before anything else; other paths count from there, as in Go')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Trust the certificates in FILE as well (PEM)')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from FILE instead of looking for modsmith.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Short for `--format json`')
            [CompletionResult]::new('--modcacherw', '--modcacherw', [CompletionResultType]::ParameterName, 'Leave new directories of the module cache writable, as with Go''s `-modcacherw`')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Never touch the network; name everything that is missing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Print the build list or the given modules, as `go list -m` does')
            [CompletionResult]::new('tree', 'tree', [CompletionResultType]::ParameterValue, 'Print the requirements as a tree')
            break
        }
        'modsmith;graph;list' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print the modules')
            [CompletionResult]::new('--mod', '--mod', [CompletionResultType]::ParameterName, 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS')
            [CompletionResult]::new('--modfile', '--modfile', [CompletionResultType]::ParameterName, 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go''s `-modfile`')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Change to DIR before anything else; other paths count from there, as in Go')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Trust the certificates in FILE as well (PEM)')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from FILE instead of looking for modsmith.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'Add the newest version of each module, and whether the present one is retracted or the module deprecated')
            [CompletionResult]::new('--updates', '--updates', [CompletionResultType]::ParameterName, 'Add the newest version of each module, and whether the present one is retracted or the module deprecated')
            [CompletionResult]::new('--versions', '--versions', [CompletionResultType]::ParameterName, 'Print the known versions of each module')
            [CompletionResult]::new('--retracted', '--retracted', [CompletionResultType]::ParameterName, 'Count retracted versions too')
            [CompletionResult]::new('-e', '-e', [CompletionResultType]::ParameterName, 'Go on after an error with one module; with JSON the error stands in that module''s object')
            [CompletionResult]::new('--keep-going', '--keep-going', [CompletionResultType]::ParameterName, 'Go on after an error with one module; with JSON the error stands in that module''s object')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Short for `--format json`: one object for each module, as `go list -m -json`')
            [CompletionResult]::new('--modcacherw', '--modcacherw', [CompletionResultType]::ParameterName, 'Leave new directories of the module cache writable, as with Go''s `-modcacherw`')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Never touch the network; name everything that is missing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'modsmith;graph;tree' {
            [CompletionResult]::new('--depth', '--depth', [CompletionResultType]::ParameterName, 'Go no deeper than N')
            [CompletionResult]::new('--charset', '--charset', [CompletionResultType]::ParameterName, 'What the branches are drawn with')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print the tree')
            [CompletionResult]::new('--mod', '--mod', [CompletionResultType]::ParameterName, 'How go.mod, go.sum and vendor are used; replaces `-mod` of GOFLAGS')
            [CompletionResult]::new('--modfile', '--modfile', [CompletionResultType]::ParameterName, 'Read FILE instead of go.mod; its go.sum stands beside it, as with Go''s `-modfile`')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Change to DIR before anything else; other paths count from there, as in Go')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Trust the certificates in FILE as well (PEM)')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from FILE instead of looking for modsmith.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('-i', '-i', [CompletionResultType]::ParameterName, 'Turn the tree around: who requires MODULE, up to the main modules; each chain is a shortest one')
            [CompletionResult]::new('--invert', '--invert', [CompletionResultType]::ParameterName, 'Turn the tree around: who requires MODULE, up to the main modules; each chain is a shortest one')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Only modules of which several majors are in the build list (`/v2`, `.v3`), each with those that require it')
            [CompletionResult]::new('--duplicates', '--duplicates', [CompletionResultType]::ParameterName, 'Only modules of which several majors are in the build list (`/v2`, `.v3`), each with those that require it')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Short for `--format json`, schema `modsmith.tree/1`')
            [CompletionResult]::new('--modcacherw', '--modcacherw', [CompletionResultType]::ParameterName, 'Leave new directories of the module cache writable, as with Go''s `-modcacherw`')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Never touch the network; name everything that is missing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'modsmith;env' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print them')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Change to DIR before anything else; other paths count from there, as in Go')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Trust the certificates in FILE as well (PEM)')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from FILE instead of looking for modsmith.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--changed', '--changed', [CompletionResultType]::ParameterName, 'Only variables that differ from their default')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Short for `--format json`')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Never touch the network; name everything that is missing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'modsmith;mod' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Change to DIR before anything else; other paths count from there, as in Go')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Trust the certificates in FILE as well (PEM)')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from FILE instead of looking for modsmith.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Never touch the network; name everything that is missing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('parse', 'parse', [CompletionResultType]::ParameterValue, 'Print what a go.mod or go.work says')
            [CompletionResult]::new('fmt', 'fmt', [CompletionResultType]::ParameterValue, 'Rewrite go.mod and go.work in canonical form, as `go mod edit -fmt` does')
            [CompletionResult]::new('edit', 'edit', [CompletionResultType]::ParameterValue, 'Edit a go.mod or go.work, as `go mod edit` and `go work edit` do')
            break
        }
        'modsmith;mod;parse' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print it')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Change to DIR before anything else; other paths count from there, as in Go')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Trust the certificates in FILE as well (PEM)')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from FILE instead of looking for modsmith.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--work', '--work', [CompletionResultType]::ParameterName, 'Take the go.work in use where no file is named')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Short for `--format json`')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Never touch the network; name everything that is missing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'modsmith;mod;fmt' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Change to DIR before anything else; other paths count from there, as in Go')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Trust the certificates in FILE as well (PEM)')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from FILE instead of looking for modsmith.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--work', '--work', [CompletionResultType]::ParameterName, 'Take the go.work in use where no file is named')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Change nothing: print a diff, and end with exit code 1 if there is one')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Never touch the network; name everything that is missing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'modsmith;mod;edit' {
            [CompletionResult]::new('--module', '--module', [CompletionResultType]::ParameterName, 'Set the module path')
            [CompletionResult]::new('--go', '--go', [CompletionResultType]::ParameterName, 'Set the go line; `none` drops it')
            [CompletionResult]::new('--toolchain', '--toolchain', [CompletionResultType]::ParameterName, 'Set the toolchain line; `none` drops it')
            [CompletionResult]::new('--godebug', '--godebug', [CompletionResultType]::ParameterName, 'Set a godebug key; other lines of the key go')
            [CompletionResult]::new('--dropgodebug', '--dropgodebug', [CompletionResultType]::ParameterName, 'Drop the lines of a godebug key')
            [CompletionResult]::new('--require', '--require', [CompletionResultType]::ParameterName, 'Set a requirement; other lines of the path go')
            [CompletionResult]::new('--droprequire', '--droprequire', [CompletionResultType]::ParameterName, 'Drop the requirements of a path')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Exclude a version')
            [CompletionResult]::new('--dropexclude', '--dropexclude', [CompletionResultType]::ParameterName, 'Drop an exclusion')
            [CompletionResult]::new('--replace', '--replace', [CompletionResultType]::ParameterName, 'Replace a module version, or all versions, by another module or a directory')
            [CompletionResult]::new('--dropreplace', '--dropreplace', [CompletionResultType]::ParameterName, 'Drop a replacement')
            [CompletionResult]::new('--retract', '--retract', [CompletionResultType]::ParameterName, 'Retract a version, or an interval `[LOW,HIGH]`')
            [CompletionResult]::new('--dropretract', '--dropretract', [CompletionResultType]::ParameterName, 'Drop a retraction')
            [CompletionResult]::new('--tool', '--tool', [CompletionResultType]::ParameterName, 'Add a tool')
            [CompletionResult]::new('--droptool', '--droptool', [CompletionResultType]::ParameterName, 'Drop a tool')
            [CompletionResult]::new('--ignore', '--ignore', [CompletionResultType]::ParameterName, 'Add a directory to ignore')
            [CompletionResult]::new('--dropignore', '--dropignore', [CompletionResultType]::ParameterName, 'Drop a directory to ignore')
            [CompletionResult]::new('--use', '--use', [CompletionResultType]::ParameterName, 'Add the module in a directory to go.work')
            [CompletionResult]::new('--dropuse', '--dropuse', [CompletionResultType]::ParameterName, 'Drop the module in a directory from go.work')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Change to DIR before anything else; other paths count from there, as in Go')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Trust the certificates in FILE as well (PEM)')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from FILE instead of looking for modsmith.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--work', '--work', [CompletionResultType]::ParameterName, 'Take the go.work in use where no file is named')
            [CompletionResult]::new('--fmt', '--fmt', [CompletionResultType]::ParameterName, 'Format the file and make no other change')
            [CompletionResult]::new('--print', '--print', [CompletionResultType]::ParameterName, 'Print the file instead of writing it')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print the file as Go''s JSON instead of writing it')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Write nothing: print a diff, and end with exit code 1 if there is one')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Never touch the network; name everything that is missing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'modsmith;completions' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Change to DIR before anything else; other paths count from there, as in Go')
            [CompletionResult]::new('--ca-file', '--ca-file', [CompletionResultType]::ParameterName, 'Trust the certificates in FILE as well (PEM)')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from FILE instead of looking for modsmith.toml')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour')
            [CompletionResult]::new('--offline', '--offline', [CompletionResultType]::ParameterName, 'Never touch the network; name everything that is missing')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Print every request on stderr')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
