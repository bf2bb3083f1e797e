# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_helmfire_drift_global_optspecs
    string join \n v/verbose q/quiet color= h/help V/version
end

function __fish_helmfire_drift_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_helmfire_drift_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_helmfire_drift_using_subcommand
    set -l cmd (__fish_helmfire_drift_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c helmfire-drift -n "__fish_helmfire_drift_needs_command" -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-drift -n "__fish_helmfire_drift_needs_command" -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-drift -n "__fish_helmfire_drift_needs_command" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-drift -n "__fish_helmfire_drift_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-drift -n "__fish_helmfire_drift_needs_command" -s V -l version -d 'Print version'
complete -c helmfire-drift -n "__fish_helmfire_drift_needs_command" -f -a "check" -d 'Check the releases of a helmfile, or all that Helm deployed to a cluster'
complete -c helmfire-drift -n "__fish_helmfire_drift_needs_command" -f -a "history" -d 'Print what earlier checks saw come and go'
complete -c helmfire-drift -n "__fish_helmfire_drift_needs_command" -f -a "ignore" -d 'Write ignore rules for the differences on standard input'
complete -c helmfire-drift -n "__fish_helmfire_drift_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l only -d 'Check only for drift, or only for what is pending' -r -f -a "drift\t'What changed in the cluster'
pending\t'What git has that the cluster has not'"
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l compare -d 'How to compare with the cluster' -r -f -a "auto\t'By the server, else field by field'
server\t'By the server'
client\t'Field by field'"
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l people -d 'Who counts as a person, by the name of the field manager, with * and ?' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l rules -d 'Ignore rules: from this file instead of the nearest helmfire.toml' -r -F
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l fail-on -d 'What makes the exit code 2 [default: drift]' -r -f -a "drift\t'What changed in the cluster'
pending\t'What git has that the cluster has not'
any\t'Both'"
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l timeout -d 'How long the cluster may take for one answer' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l helmfile-timeout -d 'How long helmfile may take; then it is told to terminate' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l concurrency -d 'How many requests to the cluster may be in flight' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l interval -d 'Check again and again, with this time from one beginning to the next' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l limit -d 'How long a whole check may take; what is not done by then is unknown' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -s f -l file -d 'The helmfile, or a directory of helmfiles' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -s e -l environment -d 'The environment' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -s l -l selector -d 'Only the releases with these labels' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -s n -l namespace -d 'The namespace of all releases' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l kube-context -d 'The kube context' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l kubeconfig -d 'The kubeconfig' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l state-values-file -d 'State values from a file' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l state-values-set -d 'State values' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l state-values-set-string -d 'State values that are texts' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -s b -l helm-binary -d 'The helm binary' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l cluster -d 'Check what Helm deployed to the cluster, without a helmfile'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -s A -l all-namespaces -d 'With --cluster: in all namespaces'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l no-additions -d 'Leave out what people added beside the chart'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l three-way -d 'Let helm-diff tell drift instead of asking the cluster'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l json -d 'Print one JSON object per line'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l diff -d 'Print unified diffs, from what is live to what was deployed'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l summary -d 'Print one line'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l skip-deps -d 'Do not build the dependencies of charts'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l skip-refresh -d 'Do not add or update repositories'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -l oci-plain-http -d 'Speak plain HTTP with OCI registries'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand history" -l since -d 'Only what is not older, as 2h or 7d, or a time as 2026-11-26T08:00:00Z' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand history" -l release -d 'Only this release' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand history" -s n -l namespace -d 'Only releases in this namespace' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand history" -s f -l file -d 'The helmfile, or a directory of helmfiles' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand history" -s e -l environment -d 'The environment' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand history" -l kube-context -d 'The kube context' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand history" -l kubeconfig -d 'The kubeconfig' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand history" -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand history" -l json -d 'Print one JSON object per line'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand history" -l cluster -d 'What check --cluster saw'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand history" -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand history" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand ignore" -s f -l file -d 'The file to write, instead of the nearest helmfire.toml' -r -F
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand ignore" -l reason -d 'Why, to be written into each rule' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand ignore" -l until -d 'The last day on which the rules hold, as 2026-12-31' -r
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand ignore" -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand ignore" -s n -l dry-run -d 'Print what would change in the file as a diff, and write nothing'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand ignore" -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand ignore" -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand ignore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand help; and not __fish_seen_subcommand_from check history ignore help" -f -a "check" -d 'Check the releases of a helmfile, or all that Helm deployed to a cluster'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand help; and not __fish_seen_subcommand_from check history ignore help" -f -a "history" -d 'Print what earlier checks saw come and go'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand help; and not __fish_seen_subcommand_from check history ignore help" -f -a "ignore" -d 'Write ignore rules for the differences on standard input'
complete -c helmfire-drift -n "__fish_helmfire_drift_using_subcommand help; and not __fish_seen_subcommand_from check history ignore help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
