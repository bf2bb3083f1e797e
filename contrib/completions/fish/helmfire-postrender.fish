complete -c helmfire-postrender -l file -d 'The rules to use instead of the nearest helmfire.toml' -r -F
complete -c helmfire-postrender -l release -d 'The Helm release that is rendered, for rules limited to releases' -r
complete -c helmfire-postrender -l namespace -d 'The namespace of objects that name none, for rules limited to namespaces' -r
complete -c helmfire-postrender -l helm-plugin -d 'Write the plugin for Helm 4 into a directory and print the line that makes Helm find it' -r -F
complete -c helmfire-postrender -l on-error -d 'What to do with a document that may hold an image and cannot be read' -r -f -a "stop\t'Stop with exit code 1 and name the place'
pass\t'Copy the document as it is and say so'"
complete -c helmfire-postrender -l report -d 'Append a JSON line for each replacement, warning and error to a file' -r
complete -c helmfire-postrender -l then -d 'Pipe the result through a further post-renderer; must come last' -r
complete -c helmfire-postrender -l color -d 'Whether to use colour; auto is colour on a terminal unless NO_COLOR is set' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c helmfire-postrender -l list -d 'Print the images found instead of the manifests'
complete -c helmfire-postrender -l json -d 'Print rows as JSON, one object per line'
complete -c helmfire-postrender -l check -d 'Print nothing; exit with 2 if something would change'
complete -c helmfire-postrender -l strict -d 'Fail if a rule matched no image'
complete -c helmfire-postrender -s v -l verbose -d 'Say more on stderr'
complete -c helmfire-postrender -s q -l quiet -d 'Say nothing on stderr but errors'
complete -c helmfire-postrender -s h -l help -d 'Print help (see more with \'--help\')'
complete -c helmfire-postrender -s V -l version -d 'Print version'
