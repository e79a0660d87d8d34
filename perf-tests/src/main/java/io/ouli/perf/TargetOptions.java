package io.ouli.perf;

import io.ouli.perf.corpus.Corpus;
import io.ouli.perf.corpus.CorpusItem;
import io.ouli.perf.corpus.ExpectedReply;
import io.ouli.perf.load.LoadException;
import io.ouli.perf.load.Prober;
import io.ouli.perf.load.Target;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which server is asked what, and how its replies are judged. */
final class TargetOptions {
    /** How closely replies are compared. */
    enum Verify { bytes, status, none }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Parameters(paramLabel = "URL", description = "any HTTP/1.1 server; {n} in it makes --distinct requests")
    private String url;

    @Option(names = "--distinct", defaultValue = "1000", description = "requests made from {n} (${DEFAULT-VALUE})")
    private int distinct;

    @Option(names = {"-X", "--method"}, defaultValue = "GET", description = "(${DEFAULT-VALUE})")
    private String method;

    @Option(names = {"-H", "--header"}, paramLabel = "LINE", description = "a header field, such as 'Accept: */*'")
    private List<String> headers = new ArrayList<>();

    @Option(names = "--data", defaultValue = "", description = "the requests' body")
    private String body;

    @Option(names = "--verify", defaultValue = "bytes",
            description = "${COMPLETION-CANDIDATES}: compare each reply with the one that the server gave before the "
                    + "run (${DEFAULT-VALUE})")
    private Verify verify;

    @Option(names = "--pid", description = "the server's process: shows its CPU per request and its memory")
    private Long pid;

    /** {@return where the URL points} What it cannot be is wrong usage; a host that is not known is not. */
    Target target() {
        try {
            return Target.parse(url);
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    String url() {
        return url;
    }

    /** {@return the server's process if the user named one that is there} */
    ProcessHandle process() {
        if (pid == null) {
            return null;
        }
        final Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        return handle.orElseThrow(() -> new LoadException("there is no process " + pid + "; give the server's --pid"));
    }

    /**
     * Asks the server once for each request, and returns what is to be sent and expected.
     *
     * @param warnings gets what has to be said before the figures.
     */
    Corpus learn(final Target target, final List<String> warnings, final PrintWriter log) {
        final Corpus corpus = target.corpus(method, headers, body, distinct);
        if (verify == Verify.none) {
            return corpus;
        }
        final Prober.Learnt learnt = new Prober(target.address(), target.host()).learn(corpus);
        if (!learnt.stable()) {
            warnings.add("the server does not answer alike when asked twice: only the status is compared");
        }
        if (learnt.refusal() != null) {
            warnings.add("the server answers " + learnt.refusal() + ": what is measured is how fast it refuses");
        }
        warnings.forEach(warning -> log.println("! " + warning));
        log.flush();
        if (verify == Verify.status) {
            final List<CorpusItem> items = learnt.corpus().items().stream()
                    .map(item -> item.expecting(new ExpectedReply(item.expected().status(), null))).toList();
            return new Corpus(corpus.name(), items);
        }
        return learnt.corpus();
    }
}
