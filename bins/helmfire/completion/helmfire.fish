# fish completion for helmfire; helmfire itself knows the words.
function __helmfire_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found (helmfire __complete $words[2..-1] 2>/dev/null)
    if contains -- :files $found
        __fish_complete_path (commandline -ct)
    end
    string match -v -- :files $found
end
complete -c helmfire -f -a '(__helmfire_complete)'
