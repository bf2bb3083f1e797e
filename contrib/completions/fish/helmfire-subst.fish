# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_helmfire_subst_global_optspecs
    string join \n file= v/verbose q/quiet color= h/help V/version
end

function __fish_helmfire_subst_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_helmfire_subst_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_helmfire_subst_using_subcommand
    set -l cmd (__fish_helmfire_subst_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c helmfire-subst -n "__fish_helmfire_subst_needs_command" -l file -d 'The rules file instead of the nearest helmfire.toml' -r -F
complete -c helmfire-subst -n "__fish_helmfire_subst_needs_command" -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-subst -n "__fish_helmfire_subst_needs_command" -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-subst -n "__fish_helmfire_subst_needs_command" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-subst -n "__fish_helmfire_subst_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-subst -n "__fish_helmfire_subst_needs_command" -s V -l version -d 'Print version'
complete -c helmfire-subst -n "__fish_helmfire_subst_needs_command" -f -a "image" -d 'Substitute an image'
complete -c helmfire-subst -n "__fish_helmfire_subst_needs_command" -f -a "chart" -d 'Substitute a chart by a directory'
complete -c helmfire-subst -n "__fish_helmfire_subst_needs_command" -f -a "list" -d 'Print the rules in the order of the file'
complete -c helmfire-subst -n "__fish_helmfire_subst_needs_command" -f -a "remove" -d 'Remove a rule'
complete -c helmfire-subst -n "__fish_helmfire_subst_needs_command" -f -a "clear" -d 'Remove all image and chart rules'
complete -c helmfire-subst -n "__fish_helmfire_subst_needs_command" -f -a "check" -d 'Report every fault of the file and every chart that cannot be used'
complete -c helmfire-subst -n "__fish_helmfire_subst_needs_command" -f -a "import" -d 'Read rules from standard input, as list --json prints them'
complete -c helmfire-subst -n "__fish_helmfire_subst_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand image" -l digest -d 'What becomes of the digest of the image found' -r -f -a "keep\t'It stays, whatever the new tag'
drop\t'It goes, even if only the name changes'"
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand image" -l release -d 'Only in this Helm release' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand image" -l namespace -d 'Only in this namespace' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand image" -l kind -d 'Only in this kind of object' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand image" -l name -d 'Only in the object of this name' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand image" -l container -d 'Only in the container of this name' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand image" -l wait -d 'How long to wait for another writer before giving up with exit code 75' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand image" -l file -d 'The rules file instead of the nearest helmfire.toml' -r -F
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand image" -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand image" -l regex -d 'FROM is a regular expression over the whole reference'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand image" -l dry-run -d 'Print what would change as a unified diff; write nothing'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand image" -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand image" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand image" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand chart" -l release -d 'Only in this Helm release' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand chart" -l namespace -d 'Only in this namespace' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand chart" -l wait -d 'How long to wait for another writer before giving up with exit code 75' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand chart" -l file -d 'The rules file instead of the nearest helmfire.toml' -r -F
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand chart" -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand chart" -l dry-run -d 'Print what would change as a unified diff; write nothing'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand chart" -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand chart" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand chart" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand list" -l file -d 'The rules file instead of the nearest helmfire.toml' -r -F
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand list" -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand list" -l json -d 'Print JSON, one object per line'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand list" -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand list" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and not __fish_seen_subcommand_from image chart help" -l file -d 'The rules file instead of the nearest helmfire.toml' -r -F
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and not __fish_seen_subcommand_from image chart help" -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and not __fish_seen_subcommand_from image chart help" -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and not __fish_seen_subcommand_from image chart help" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and not __fish_seen_subcommand_from image chart help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and not __fish_seen_subcommand_from image chart help" -f -a "image" -d 'Remove the rules for an image'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and not __fish_seen_subcommand_from image chart help" -f -a "chart" -d 'Remove the rules for a chart'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and not __fish_seen_subcommand_from image chart help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from image" -l release -d 'Only in this Helm release' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from image" -l namespace -d 'Only in this namespace' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from image" -l kind -d 'Only in this kind of object' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from image" -l name -d 'Only in the object of this name' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from image" -l container -d 'Only in the container of this name' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from image" -l wait -d 'How long to wait for another writer before giving up with exit code 75' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from image" -l file -d 'The rules file instead of the nearest helmfire.toml' -r -F
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from image" -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from image" -l regex -d 'FROM is the regular expression of a rule'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from image" -l dry-run -d 'Print what would change as a unified diff; write nothing'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from image" -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from image" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from image" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from chart" -l release -d 'Only in this Helm release' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from chart" -l namespace -d 'Only in this namespace' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from chart" -l wait -d 'How long to wait for another writer before giving up with exit code 75' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from chart" -l file -d 'The rules file instead of the nearest helmfire.toml' -r -F
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from chart" -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from chart" -l dry-run -d 'Print what would change as a unified diff; write nothing'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from chart" -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from chart" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from chart" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from help" -f -a "image" -d 'Remove the rules for an image'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from help" -f -a "chart" -d 'Remove the rules for a chart'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand remove; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand clear" -l wait -d 'How long to wait for another writer before giving up with exit code 75' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand clear" -l file -d 'The rules file instead of the nearest helmfire.toml' -r -F
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand clear" -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand clear" -l dry-run -d 'Print what would change as a unified diff; write nothing'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand clear" -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand clear" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand clear" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand check" -l file -d 'The rules file instead of the nearest helmfire.toml' -r -F
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand check" -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand check" -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand check" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand import" -l wait -d 'How long to wait for another writer before giving up with exit code 75' -r
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand import" -l file -d 'The rules file instead of the nearest helmfire.toml' -r -F
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand import" -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand import" -l dry-run -d 'Print what would change as a unified diff; write nothing'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand import" -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand import" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand help; and not __fish_seen_subcommand_from image chart list remove clear check import help" -f -a "image" -d 'Substitute an image'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand help; and not __fish_seen_subcommand_from image chart list remove clear check import help" -f -a "chart" -d 'Substitute a chart by a directory'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand help; and not __fish_seen_subcommand_from image chart list remove clear check import help" -f -a "list" -d 'Print the rules in the order of the file'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand help; and not __fish_seen_subcommand_from image chart list remove clear check import help" -f -a "remove" -d 'Remove a rule'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand help; and not __fish_seen_subcommand_from image chart list remove clear check import help" -f -a "clear" -d 'Remove all image and chart rules'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand help; and not __fish_seen_subcommand_from image chart list remove clear check import help" -f -a "check" -d 'Report every fault of the file and every chart that cannot be used'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand help; and not __fish_seen_subcommand_from image chart list remove clear check import help" -f -a "import" -d 'Read rules from standard input, as list --json prints them'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand help; and not __fish_seen_subcommand_from image chart list remove clear check import help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand help; and __fish_seen_subcommand_from remove" -f -a "image" -d 'Remove the rules for an image'
complete -c helmfire-subst -n "__fish_helmfire_subst_using_subcommand help; and __fish_seen_subcommand_from remove" -f -a "chart" -d 'Remove the rules for a chart'
