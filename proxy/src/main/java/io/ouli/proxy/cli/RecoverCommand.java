package io.ouli.proxy.cli;

import io.ouli.engine.recording.FramePool;
import io.ouli.engine.recording.RecordingException;
import io.ouli.engine.recording.RecordingOptions;
import io.ouli.engine.recording.RecordingRecovery;

/** {@code ouli recover}: writes recordings anew with every sound interaction of them, sealed. */
final class RecoverCommand implements Command {
    @Override
    public Syntax syntax() {
        return new Syntax("ouli recover", "Write recordings anew, sealed, with every sound interaction of them.")
                .arguments("FILE|DIR...", 1, Integer.MAX_VALUE, "Recordings, or folders of them.")
                .flag("--json", "Print one JSON object a recording.")
                .footer("What was damaged stays beside the recording, under its name and "
                        + RecordingRecovery.DAMAGED_SUFFIX + ".")
                .footer("Exit code 0 if nothing was lost, 1 if something was, 2 if a recording cannot be recovered.");
    }

    @Override
    public int run(final Console console, final Arguments arguments) {
        final boolean json = arguments.flag("--json");
        final int[] exitCode = {ExitCode.OK};
        try (FramePool pool = new FramePool(FramePool.DEFAULT_RETAINED_BYTES)) {
            final RecordingRecovery recovery = new RecordingRecovery(RecordingOptions.of(pool));
            RecordingFiles.forEach(arguments.words(), file -> {
                try {
                    final RecordingRecovery.Result result = recovery.recover(file);
                    print(console, file.toString(), result, json);
                    if (result.dropped() + result.regions() > 0) {
                        exitCode[0] = Math.max(exitCode[0], ExitCode.DIFFERENT);
                    }
                } catch (final RecordingException e) {
                    console.error(e.getMessage());
                    exitCode[0] = ExitCode.USAGE;
                }
            });
        }
        return exitCode[0];
    }

    private static void print(
            final Console console, final String file, final RecordingRecovery.Result result, final boolean json) {
        if (json) {
            console.print(new JsonLine().add("file", file).add("kept", result.kept()).add("dropped", result.dropped())
                    .add("regions", result.regions())
                    .add("backup", result.backup() == null ? null : result.backup().toString()).end());
        } else {
            console.printLine(file + ": " + Units.count(result.kept(), "interaction") + " kept, "
                    + Units.count(result.dropped()) + " damaged, " + Units.count(result.regions(), "unreadable region")
                    + (result.backup() == null ? "" : "; as it was: " + result.backup()));
        }
    }
}
