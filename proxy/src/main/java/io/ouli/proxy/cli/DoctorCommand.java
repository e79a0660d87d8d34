package io.ouli.proxy.cli;

import io.ouli.proxy.doctor.Doctor;
import io.ouli.proxy.doctor.Finding;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code ouli doctor}: what this machine offers, what is switched off and why, each with a remedy. */
final class DoctorCommand implements Command {
    private static final String LINE = "%-8s %-18s %s";
    private static final int REMEDY_INDENT = 28;

    @Override
    public Syntax syntax() {
        return new Syntax("ouli doctor", "Say what this machine offers, what is switched off and why, with remedies.")
                .flag("--json", "Print one JSON object for each check.")
                .footer("Exit code 0 when nothing is wrong, 1 when something is; notes are not wrong.");
    }

    @Override
    public int run(final Console console, final Arguments arguments) throws InterruptedException {
        final AotCache cache = AotCache.current();
        final List<Finding> findings = Doctor.examine(Map.of(
                "profile", LaunchProfile.current().name().toLowerCase(Locale.ROOT),
                "aot", cache.state(), "aotFile", cache.file()));
        final boolean json = arguments.flag("--json");
        findings.forEach(finding -> console.print(json ? json(finding) : text(finding)));
        final boolean wrong = findings.stream().anyMatch(finding -> finding.status() == Finding.Status.PROBLEM);
        return wrong ? ExitCode.DIFFERENT : ExitCode.OK;
    }

    private static String text(final Finding finding) {
        final String status = finding.status().name().toLowerCase(Locale.ROOT);
        final String line = String.format(Locale.ROOT, LINE, status, finding.check(), finding.value());
        return finding.remedy().isEmpty() ? line
                : line + System.lineSeparator() + " ".repeat(REMEDY_INDENT) + "→ " + finding.remedy();
    }

    private static String json(final Finding finding) {
        return new JsonLine().add("check", finding.check())
                .add("status", finding.status().name().toLowerCase(Locale.ROOT))
                .add("value", finding.value())
                .add("remedy", finding.remedy()).end();
    }
}
