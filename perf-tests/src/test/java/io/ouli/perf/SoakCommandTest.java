package io.ouli.perf;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(120)
class SoakCommandTest {
    private static Map<String, Double> sample(final double rssMib, final double descriptors, final double open) {
        return Map.of("rssMib", rssMib, "descriptors", descriptors, "openConnections", open);
    }

    @Test
    void shouldCallFlatWhatHasSettledAfterTheFirstQuarter() {
        final List<Map<String, Double>> samples = new ArrayList<>(List.of(
                sample(50, 20, 3), sample(90, 28, 0), sample(92, 27, 0), sample(95, 28, 0)));
        assertEquals(List.of(), SoakCommand.faults(samples));
        samples.add(sample(108, 29, 1));
        assertEquals(List.of("connections stayed open after their client was gone", "descriptors grew from 28 to 29",
                "resident memory grew from 90.0 to 108.0 MiB"), SoakCommand.faults(samples));
    }

    @Test
    void shouldSoakAndWeighTheRealProxyForAMoment() {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final int soaked = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), "soak", "--duration", "1s",
                "--slice", "300ms", "-c", "4", "-r", "200", "--distinct", "20", "--transport", "nio");
        assertTrue(out.toString().contains("flat: connections, descriptors, memory") && soaked == 0
                || out.toString().contains("NOT FLAT") && soaked == 1, out + "\n" + err);
        out.getBuffer().setLength(0);
        assertEquals(0, Main.run(new PrintWriter(out, true), new PrintWriter(err, true), "connections", "-c", "40",
                "--duration", "200ms", "-r", "400", "--distinct", "20"), out + "\n" + err);
        assertTrue(out.toString().contains("ouli-nio              40 "), out.toString());
    }
}
