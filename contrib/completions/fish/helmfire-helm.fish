complete -c helmfire-helm -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-helm -l explain -d 'Print the command that would be run, and why; do not run it'
complete -c helmfire-helm -l json -d 'Print that as one JSON object'
complete -c helmfire-helm -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-helm -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-helm -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-helm -s V -l version -d 'Print version'
