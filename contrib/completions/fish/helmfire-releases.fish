complete -c helmfire-releases -s f -l file -d 'The helmfile, or a directory of helmfiles' -r
complete -c helmfire-releases -s e -l environment -d 'The environment' -r
complete -c helmfire-releases -s l -l selector -d 'Only the releases with these labels' -r
complete -c helmfire-releases -s n -l namespace -d 'The namespace of all releases' -r
complete -c helmfire-releases -l kube-context -d 'The kube context' -r
complete -c helmfire-releases -l kubeconfig -d 'The kubeconfig' -r
complete -c helmfire-releases -l state-values-file -d 'State values from a file' -r
complete -c helmfire-releases -l state-values-set -d 'State values' -r
complete -c helmfire-releases -l state-values-set-string -d 'State values that are texts' -r
complete -c helmfire-releases -s b -l helm-binary -d 'The helm binary' -r
complete -c helmfire-releases -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-releases -s 0 -l null -d 'Names on standard input end with a NUL byte, not with a line'
complete -c helmfire-releases -l selectors -d 'Print selectors for helmfile, one a line: -l name=web,namespace=shop'
complete -c helmfire-releases -l files -d 'Print every input file that exists, a tab, and the releases that it feeds'
complete -c helmfire-releases -l json -d 'Print JSON, one object per line'
complete -c helmfire-releases -l any -d 'End with exit code 2 if a release is touched'
complete -c helmfire-releases -l skip-deps -d 'Do not build the dependencies of charts'
complete -c helmfire-releases -l skip-refresh -d 'Do not add or update repositories'
complete -c helmfire-releases -l oci-plain-http -d 'Speak plain HTTP with OCI registries'
complete -c helmfire-releases -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-releases -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-releases -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-releases -s V -l version -d 'Print version'
