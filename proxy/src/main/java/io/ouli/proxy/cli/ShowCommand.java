package io.ouli.proxy.cli;

import io.ouli.engine.recording.ReadOptions;
import io.ouli.engine.recording.Recording;
import io.ouli.engine.recording.RecordingException;
import io.ouli.proxy.transfer.StoredMessage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code ouli show}: prints the interactions of a recording as HTTP. */
final class ShowCommand implements Command {
    @Override
    public Syntax syntax() {
        return new Syntax("ouli show", "Print the interactions of a recording as HTTP, in the order of their arrival.")
                .arguments("FILE", 1, 1, "A recording.")
                .option("--number", "N", "Only the Nth interaction, from 1.")
                .flag("--list", "One line an interaction.")
                .option("--raw", "WHAT", "The exact bytes of one interaction's request or response; with --number.")
                .flag("--json", "One JSON object an interaction; a body that is no UTF-8 text in base64.")
                .flag("--textconv", "For git diff: what is damaged is said in the text, and the exit code is 0.")
                .footer("Bodies are shown decoded if they are text, otherwise by size and hash. Times are left out")
                .footer("of the HTTP form, so that it serves git:")
                .footer("git config diff.ouli.textconv 'ouli show --textconv'");
    }

    private enum Raw {
        REQUEST, RESPONSE
    }

    @Override
    public int run(final Console console, final Arguments arguments) throws IOException {
        final Integer number = arguments.number("--number", 1, Integer.MAX_VALUE);
        final Raw raw = arguments.choice("--raw", Raw.class);
        if (raw != null && number == null) {
            throw arguments.wrong("--raw needs --number N");
        }
        final boolean textconv = arguments.flag("--textconv");
        final Path file = Path.of(arguments.words().getFirst());
        if (Files.isDirectory(file)) {
            throw arguments.wrong(file + " is a folder; name one of its recordings, which end with .ouli");
        }
        try (Recording recording = Recording.open(file, ReadOptions.DEFAULT.withWholeIndex(true))) {
            if (number != null && number > recording.count()) {
                throw new CliException(ExitCode.DIFFERENT, file + " has no interaction " + number + "; it has "
                        + recording.count());
            }
            boolean sound = true;
            final int first = number == null ? 0 : number - 1;
            final int last = number == null ? recording.count() : number;
            // Nobody reads on: there may be a million more.
            for (int rank = first; rank < last && !console.out().checkError(); rank++) {
                final long slot = recording.slotAt(rank);
                final boolean damaged = slot < 0 || !recording.verify(slot);
                if (damaged && textconv) {
                    console.out().println("### " + (rank + 1) + "\n(damaged; ouli verify says where)\n");
                } else if (damaged) {
                    console.error(file + ": interaction " + (rank + 1) + " is damaged; ouli verify says where");
                    sound = false;
                } else if (raw != null) {
                    write(console.out(), recording, slot, raw);
                } else {
                    console.out().println(text(arguments, recording, slot, rank + 1));
                }
            }
            console.out().flush();
            return sound ? ExitCode.OK : ExitCode.DIFFERENT;
        } catch (final RecordingException e) {
            if (textconv) { // Git gives up all of its diff when one file cannot be converted.
                console.out().println("(unreadable; ouli verify says why)");
                console.out().flush();
                return ExitCode.OK;
            }
            throw new CliException(ExitCode.USAGE, e.getMessage(), e);
        }
    }

    private static void write(final PrintStream out, final Recording recording, final long slot, final Raw raw)
            throws IOException {
        out.write(raw == Raw.REQUEST ? recording.request(slot) : recording.response(slot));
    }

    private static String text(
            final Arguments arguments, final Recording recording, final long slot, final int number) {
        if (arguments.flag("--json") && !arguments.flag("--list")) {
            return InteractionJson.of(recording, slot, number);
        }
        final StoredMessage request = StoredMessage.of(recording.request(slot));
        if (arguments.flag("--list")) {
            return number + "\t" + InteractionJson.time(recording, slot) + "\t" + recording.status(slot) + "\t"
                    + recording.responseLength(slot) + " B\t" + request.startLine().replace(" HTTP/1.1", "");
        }
        return http(recording, slot, number, request, StoredMessage.of(recording.response(slot)));
    }

    private static String http(
            final Recording recording,
            final long slot,
            final int number,
            final StoredMessage request,
            final StoredMessage response) {
        final StringBuilder text = new StringBuilder("### ").append(number);
        if (recording.occurrence(slot) > 0) {
            text.append(" (the same request, time ").append(recording.occurrence(slot) + 1).append(')');
        }
        text.append('\n');
        append(text, "> ", request);
        append(text, "< ", response);
        return text.toString();
    }

    private static void append(final StringBuilder text, final String mark, final StoredMessage message) {
        text.append(mark).append(message.startLine()).append('\n');
        message.headers().forEach(line -> text.append(mark).append(line).append('\n'));
        text.append(mark.strip()).append('\n');
        if (message.body().length > 0) {
            final String body = message.bodyText();
            text.append(body == null ? message.bodySummary() : body);
            if (text.charAt(text.length() - 1) != '\n') {
                text.append('\n');
            }
        }
    }
}
