# SPDX-License-Identifier: GPL-3.0-or-later
# Completes genga-cli in fish with what the program itself says.

function __genga_cli_options
    set -l words (commandline -opc)
    if test (count $words) -ge 2
        genga-cli $words[2] --help 2>/dev/null |
            string replace -rf '^  (?:-[A-Za-z], )?(--[a-z0-9-]+).*' '$1'
    end
end

complete -c genga-cli -n __fish_use_subcommand -f \
    -a "(genga-cli --help 2>/dev/null | string replace -rf '^  (?!genga-cli)([a-z][a-z-]*).*' '\$1') --help --version"
complete -c genga-cli -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__genga_cli_options)'
complete -c genga-cli -n 'contains -- (commandline -opc)[-1] --model' \
    -a "none (genga-cli models --installed 2>/dev/null | string replace -rf '^  ([^ /]+)\$' '\$1')"
