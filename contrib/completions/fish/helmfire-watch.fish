complete -c helmfire-watch -s f -l file -d 'The helmfile, or a directory of helmfiles' -r
complete -c helmfire-watch -s e -l environment -d 'The environment' -r
complete -c helmfire-watch -s l -l selector -d 'Only the releases with these labels' -r
complete -c helmfire-watch -s n -l namespace -d 'The namespace of all releases' -r
complete -c helmfire-watch -l kube-context -d 'The kube context' -r
complete -c helmfire-watch -l kubeconfig -d 'The kubeconfig' -r
complete -c helmfire-watch -l state-values-file -d 'State values from a file' -r
complete -c helmfire-watch -l state-values-set -d 'State values' -r
complete -c helmfire-watch -l state-values-set-string -d 'State values that are texts' -r
complete -c helmfire-watch -s b -l helm-binary -d 'The helm binary' -r
complete -c helmfire-watch -l initial -d 'What to do at the start' -r -f -a "run\t'Deploy everything'
skip\t'Deploy what has changed meanwhile'"
complete -c helmfire-watch -l debounce -d 'How long nothing may change before helmfile runs' -r
complete -c helmfire-watch -l on-busy -d 'What a change does while helmfile runs' -r -f -a "queue\t'One run afterwards'
ignore\t'Wait for the next change'
restart\t'Interrupt the run'"
complete -c helmfire-watch -l poll -d 'How often to look although nothing seems to have changed' -r
complete -c helmfire-watch -l retry-interval -d 'When to try a failed release again although nothing has changed' -r
complete -c helmfire-watch -l max-files -d 'How many files to watch beside those that helmfile names' -r
complete -c helmfire-watch -l on-event -d 'Run a command for each event and give it the event as JSON' -r
complete -c helmfire-watch -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-watch -l skip-deps -d 'Do not build the dependencies of charts'
complete -c helmfire-watch -l skip-refresh -d 'Do not add or update repositories'
complete -c helmfire-watch -l oci-plain-http -d 'Speak plain HTTP with OCI registries'
complete -c helmfire-watch -l stdin -d 'Look when a line comes on standard input, do not watch'
complete -c helmfire-watch -l json -d 'Print JSON events on standard output, one object per line'
complete -c helmfire-watch -l bell -d 'Ring the terminal\'s bell when a run ends'
complete -c helmfire-watch -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-watch -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-watch -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-watch -s V -l version -d 'Print version'
