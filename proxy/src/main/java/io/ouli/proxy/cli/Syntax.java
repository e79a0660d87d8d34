package io.ouli.proxy.cli;

import io.ouli.proxy.config.NearestName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one command understands: its flags and arguments, declared in the order of its help.
 *
 * <p>Our own, because a library's reflection costs more than the whole rest of a start: docs/adr/007.
 */
final class Syntax {
    private static final int WIDTH = 100;
    private static final int INDENT = 24;

    private final String command;
    private final String summary;
    private final Map<String, Flag> flags = new LinkedHashMap<>();
    private final List<String> footer = new ArrayList<>();
    private String argumentLabel;
    private String argumentHelp;
    private String lastWord;
    private int leastArguments;
    private int mostArguments;

    /**
     * @param name  as typed: {@code --listen}.
     * @param label of its value; null for a switch.
     * @param many  whether it may be given several times.
     */
    private record Flag(String name, String label, boolean many, String help) {
    }

    /**
     * Begins a command.
     *
     * @param command as typed, with {@code ouli} before it.
     * @param summary one sentence.
     */
    Syntax(final String command, final String summary) {
        this.command = command;
        this.summary = summary;
    }

    String command() {
        return command;
    }

    String summary() {
        return summary;
    }

    /** Adds a switch. */
    Syntax flag(final String name, final String help) {
        flags.put(name, new Flag(name, null, false, help));
        return this;
    }

    /** Adds a flag with a value. */
    Syntax option(final String name, final String label, final String help) {
        flags.put(name, new Flag(name, label, false, help));
        return this;
    }

    /** Adds a flag with a value that may be given several times. */
    Syntax options(final String name, final String label, final String help) {
        flags.put(name, new Flag(name, label, true, help));
        return this;
    }

    /** Takes arguments beside the flags. */
    Syntax arguments(final String label, final int least, final int most, final String help) {
        argumentLabel = label;
        leastArguments = least;
        mostArguments = most;
        argumentHelp = help;
        return this;
    }

    /** Lets everything behind an argument be arguments: another program's, with flags of its own. */
    Syntax allAfter(final String word) {
        lastWord = word;
        return this;
    }

    /** Adds a line after the help. */
    Syntax footer(final String line) {
        footer.add(line);
        return this;
    }

    boolean knows(final String name) {
        return flags.containsKey(name);
    }

    /**
     * Parses what was typed: {@code --name value}, {@code --name=value}; {@code --} ends the flags.
     *
     * @throws CliException that names what is wrong and how to see what is right.
     */
    Arguments parse(final List<String> typed) {
        final Map<String, List<String>> values = new HashMap<>();
        final List<String> arguments = new ArrayList<>();
        boolean flagsEnded = false;
        for (int i = 0; i < typed.size(); i++) {
            final String word = typed.get(i);
            if (flagsEnded || !word.startsWith("-") || word.equals("-")) {
                arguments.add(word);
                flagsEnded |= word.equals(lastWord);
            } else if (word.equals("--")) {
                flagsEnded = true;
            } else {
                final int equals = word.indexOf('=');
                final Flag flag = find(equals < 0 ? word : word.substring(0, equals));
                String value = equals < 0 ? null : word.substring(equals + 1);
                if (flag.label != null && value == null) {
                    if (i + 1 == typed.size() || isFlag(typed.get(i + 1))) {
                        throw wrong(flag.name + " needs a value: " + flag.name + " " + flag.label);
                    }
                    i++;
                    value = typed.get(i);
                }
                take(values, flag, value);
            }
        }
        if (!values.containsKey(Arguments.HELP)) {
            checkCount(arguments);
        }
        return new Arguments(this, values, List.copyOf(arguments));
    }

    private boolean isFlag(final String word) {
        final int equals = word.indexOf('=');
        return flags.containsKey(equals < 0 ? word : word.substring(0, equals));
    }

    private Flag find(final String name) {
        final Flag flag = flags.get(name);
        if (flag == null) {
            final String nearest = NearestName.of(name, flags.keySet());
            throw wrong("unknown flag " + name + (nearest == null ? "" : "; did you mean " + nearest + "?"));
        }
        return flag;
    }

    private void take(final Map<String, List<String>> values, final Flag flag, final String value) {
        if (flag.label == null && value != null) {
            throw wrong(flag.name + " takes no value, and was given '" + value + "'");
        }
        final List<String> earlier = values.computeIfAbsent(flag.name, name -> new ArrayList<>());
        if (!earlier.isEmpty() && !flag.many) {
            throw wrong(flag.name + " is given twice; keep one");
        }
        earlier.add(value == null ? "" : value);
    }

    private void checkCount(final List<String> arguments) {
        if (arguments.size() < leastArguments) {
            throw wrong(argumentLabel + " is missing");
        }
        if (arguments.size() > mostArguments) {
            throw wrong("'" + arguments.get(mostArguments) + "' is one argument too many");
        }
    }

    /** {@return an error that ends with where to read what is right} */
    CliException wrong(final String problem) {
        return new CliException(ExitCode.USAGE, problem + "; try '" + command + " --help'");
    }

    /** {@return the help, each line at most 100 columns} */
    String help() {
        final StringBuilder text = new StringBuilder("Usage: " + command);
        if (!flags.isEmpty()) {
            text.append(" [flags]");
        }
        if (argumentLabel != null) {
            text.append(leastArguments == 0 ? " [" + argumentLabel + "]" : " " + argumentLabel);
        }
        text.append('\n').append(summary).append('\n');
        if (argumentHelp != null) {
            row(text, argumentLabel, argumentHelp);
        }
        for (final Flag flag : flags.values()) {
            row(text, flag.label == null ? flag.name : flag.name + " " + flag.label, flag.help);
        }
        footer.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    /** Appends a name and its explanation, wrapped, in two columns. */
    static void row(final StringBuilder text, final String name, final String help) {
        text.append("  ").append(name);
        int column = name.length() + 2;
        if (column > INDENT - 2) {
            text.append('\n');
            column = 0;
        }
        text.repeat(' ', INDENT - column);
        column = INDENT;
        for (final String word : help.split(" ")) {
            if (column > INDENT && column + 1 + word.length() > WIDTH) {
                text.append('\n').repeat(' ', INDENT);
                column = INDENT;
            } else if (column > INDENT) {
                text.append(' ');
                column++;
            }
            text.append(word);
            column += word.length();
        }
        text.append('\n');
    }
}
