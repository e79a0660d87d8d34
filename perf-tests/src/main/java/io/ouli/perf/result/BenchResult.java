package io.ouli.perf.result;

import io.ouli.engine.OuliException;
import io.ouli.proxy.facts.JsonTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * One result file.
 *
 * @param kind     what made it: load, ladder, peers, scenario, micro.
 * @param started  when, ISO 8601 in UTC.
 * @param facts    the machine's.
 * @param settings what was asked for.
 * @param warnings what has to be said before the figures.
 * @param subjects what was measured.
 */
public record BenchResult(
        String kind,
        String started,
        Map<String, String> facts,
        Map<String, String> settings,
        List<String> warnings,
        List<Subject> subjects) {
    /** The schema that this class writes; the number grows when a reader of the old one would misread the new one. */
    public static final String SCHEMA = "ouli-bench/1";

    /** {@return the subject of this name} */
    public Optional<Subject> subject(final String name) {
        return subjects.stream().filter(subject -> subject.name().equals(name)).findFirst();
    }

    /** Writes the file, its folder too. */
    public void write(final Path file) {
        try {
            if (file.toAbsolutePath().getParent() != null) {
                Files.createDirectories(file.toAbsolutePath().getParent());
            }
            Files.writeString(file, JsonTree.write(toTree()));
        } catch (final IOException e) {
            throw new OuliException("cannot write the result " + file + ": " + e, e);
        }
    }

    /**
     * Reads a file.
     *
     * @throws OuliException that names it, if it is no result or of another schema.
     */
    public static BenchResult read(final Path file) {
        final Object tree;
        try {
            tree = JsonTree.read(file);
        } catch (final OuliException e) {
            throw new WrongInputException(e.getMessage() + "; name a file that ouli bench wrote with --out", e);
        }
        try {
            final Map<?, ?> root = map(tree);
            if (!SCHEMA.equals(root.get("schema"))) {
                final Object schema = root.get("schema");
                throw new WrongInputException(file + (schema == null ? " is no result of ouli bench"
                        : " has the schema " + schema) + "; this program reads those of "
                        + SCHEMA + ": measure again, or read it with the commit that wrote it");
            }
            final List<Subject> subjects = new ArrayList<>();
            for (final Object entry : (List<?>) root.get("subjects")) {
                subjects.add(subject(map(entry)));
            }
            return new BenchResult(text(root.get("kind")), text(root.get("started")), texts(root.get("facts")),
                    texts(root.get("settings")), ((List<?>) root.get("warnings")).stream().map(BenchResult::text)
                    .toList(), subjects);
        } catch (final ClassCastException | NullPointerException | DataFormatException e) {
            throw new WrongInputException(
                    file + " is no result of ouli bench; name a file that it wrote with --out", e);
        }
    }

    private Map<String, Object> toTree() {
        final Map<String, Object> root = new LinkedHashMap<>();
        root.put("schema", SCHEMA);
        root.put("kind", kind);
        root.put("started", started);
        root.put("facts", facts);
        root.put("settings", settings);
        root.put("warnings", warnings);
        final List<Object> list = new ArrayList<>();
        for (final Subject subject : subjects) {
            final Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", subject.name());
            entry.put("description", subject.description());
            entry.put("rounds", subject.rounds());
            entry.put("latencyHistogram", subject.latency() == null ? null : encode(subject.latency()));
            list.add(entry);
        }
        root.put("subjects", list);
        return root;
    }

    private static Subject subject(final Map<?, ?> entry) throws DataFormatException {
        final List<Map<String, Double>> rounds = new ArrayList<>();
        for (final Object one : (List<?>) entry.get("rounds")) {
            final Map<String, Double> round = new LinkedHashMap<>();
            map(one).forEach((name, value) -> {
                if (value != null) {
                    round.put(text(name), ((Number) value).doubleValue());
                }
            });
            rounds.add(round);
        }
        final Object histogram = entry.get("latencyHistogram");
        return new Subject(text(entry.get("name")), text(entry.get("description")), rounds,
                histogram == null ? null : decode(text(histogram)));
    }

    /** HdrHistogram's own compressed form, which every HdrHistogram tool reads. */
    private static String encode(final Histogram histogram) {
        final ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
        final int length = histogram.encodeIntoCompressedByteBuffer(buffer);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
    }

    private static Histogram decode(final String text) throws DataFormatException {
        return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(Base64.getDecoder().decode(text)), 0);
    }

    private static Map<?, ?> map(final Object value) {
        return (Map<?, ?>) value;
    }

    private static String text(final Object value) {
        return String.valueOf(value);
    }

    private static Map<String, String> texts(final Object value) {
        final Map<String, String> texts = new LinkedHashMap<>();
        map(value).forEach((name, one) -> texts.put(text(name), text(one)));
        return texts;
    }
}
