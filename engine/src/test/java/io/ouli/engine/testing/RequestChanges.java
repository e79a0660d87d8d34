package io.ouli.engine.testing;

import io.ouli.engine.testing.SampleRequest.Body;
import io.ouli.engine.testing.SampleRequest.Parameter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Changes one thing about a request so that it means something else. */
public final class RequestChanges {
    private static final int KINDS = 7;

    private final Random random;

    /** Creates a source of changes; the same seed gives the same changes. */
    public RequestChanges(final Random random) {
        this.random = random;
    }

    /** Returns a request that differs in one place. */
    public SampleRequest change(final SampleRequest request) {
        while (true) {
            final SampleRequest changed = tryChange(request);
            if (!changed.meaning().equals(request.meaning())) {
                return changed;
            }
        }
    }

    private SampleRequest tryChange(final SampleRequest r) {
        return switch (random.nextInt(KINDS)) {
            case 0 -> new SampleRequest(
                    r.method() + "X", r.segments(), r.trailingSlash(), r.query(), r.accept(), r.range(), r.body());
            case 1 -> new SampleRequest(
                    r.method(), segments(r.segments()), r.trailingSlash(), r.query(), r.accept(), r.range(), r.body());
            case 2 -> new SampleRequest(
                    r.method(), r.segments(), !r.trailingSlash(), r.query(), r.accept(), r.range(), r.body());
            case 3 -> new SampleRequest(
                    r.method(), r.segments(), r.trailingSlash(), parameters(r.query()), r.accept(), r.range(),
                    r.body());
            case 4 -> new SampleRequest(
                    r.method(), r.segments(), r.trailingSlash(), r.query(), list(r.accept(), "x/y"), r.range(),
                    r.body());
            case 5 -> new SampleRequest(
                    r.method(), r.segments(), r.trailingSlash(), r.query(), r.accept(),
                    r.range() == null ? "bytes=3-4" : null, r.body());
            default -> new SampleRequest(
                    r.method(), r.segments(), r.trailingSlash(), r.query(), r.accept(), r.range(), body(r.body()));
        };
    }

    private List<String> segments(final List<String> segments) {
        final List<String> changed = list(segments, "new");
        if (!changed.isEmpty() && random.nextBoolean()) {
            final int at = random.nextInt(changed.size());
            changed.set(at, changed.get(at) + "/");
        }
        return changed;
    }

    /** Adds an element, removes one, or exchanges two. */
    private <T> List<T> list(final List<T> elements, final T more) {
        final List<T> changed = new ArrayList<>(elements);
        final int at = changed.isEmpty() ? 0 : random.nextInt(changed.size());
        switch (changed.isEmpty() ? 0 : random.nextInt(3)) {
            case 0 -> changed.add(at, more);
            case 1 -> changed.remove(at);
            default -> changed.add(changed.remove(at));
        }
        return changed;
    }

    private List<Parameter> parameters(final List<Parameter> parameters) {
        if (parameters.isEmpty() || random.nextBoolean()) {
            return list(parameters, new Parameter("new", "1"));
        }
        final List<Parameter> changed = new ArrayList<>(parameters);
        final int at = random.nextInt(changed.size());
        final Parameter old = changed.get(at);
        changed.set(at, switch (random.nextInt(3)) {
            case 0 -> new Parameter(old.name() + "&", old.value());
            case 1 -> new Parameter(old.name(), old.value() == null ? "" : old.value() + "=");
            default -> new Parameter(old.name().isEmpty() ? "n" : old.name(), old.value() == null ? "1" : null);
        });
        return changed;
    }

    private Body body(final Body body) {
        return switch (body) {
            case final SampleRequest.NoBody none -> new SampleRequest.RawBody("text/plain", new byte[] {1});
            case final SampleRequest.RawBody raw -> {
                final byte[] content = raw.content().clone();
                content[random.nextInt(content.length)] ^= (byte) (1 << random.nextInt(8));
                yield new SampleRequest.RawBody(raw.mediaType(), content);
            }
            case final SampleRequest.JsonBody json -> new SampleRequest.JsonBody(json.mediaType(), json(json.value()));
            case final SampleRequest.LinesBody lines -> {
                final List<JsonSample> values = new ArrayList<>(lines.values());
                final int at = random.nextInt(values.size());
                values.set(at, json(values.get(at)));
                yield new SampleRequest.LinesBody(values);
            }
            case final SampleRequest.FormBody form -> {
                final List<Parameter> parameters = parameters(form.parameters());
                yield new SampleRequest.FormBody(
                        parameters.isEmpty() ? List.of(new Parameter("other", null)) : parameters);
            }
            case final SampleRequest.MultipartBody multipart -> {
                final List<String> parts = list(multipart.parts(), "\r\nnew");
                yield new SampleRequest.MultipartBody(parts.isEmpty() ? List.of("\r\nother") : parts);
            }
        };
    }

    private JsonSample json(final JsonSample value) {
        return switch (value) {
            case final JsonSample.Text text -> new JsonSample.Text(text.value() + "\\");
            case final JsonSample.Decimal decimal -> new JsonSample.Decimal(random.nextBoolean()
                    ? decimal.value().add(BigDecimal.ONE.movePointLeft(20))
                    : decimal.value().movePointLeft(1));
            case final JsonSample.Word word -> JsonSample.Word.values()[(word.ordinal() + 1) % 3];
            case final JsonSample.Elements elements -> {
                if (elements.values().isEmpty()) {
                    yield new JsonSample.Members(List.of());
                }
                if (random.nextBoolean()) {
                    yield new JsonSample.Elements(list(elements.values(), JsonSample.Word.NULL));
                }
                final List<JsonSample> values = new ArrayList<>(elements.values());
                final int at = random.nextInt(values.size());
                values.set(at, json(values.get(at)));
                yield new JsonSample.Elements(values);
            }
            case final JsonSample.Members members -> members(members.members());
        };
    }

    private JsonSample members(final List<JsonSample.Member> members) {
        if (members.isEmpty() || random.nextBoolean()) {
            return new JsonSample.Members(list(members, new JsonSample.Member("new", JsonSample.Word.NULL)));
        }
        final List<JsonSample.Member> changed = new ArrayList<>(members);
        final int at = random.nextInt(changed.size());
        final JsonSample.Member old = changed.get(at);
        changed.set(at, random.nextBoolean()
                ? new JsonSample.Member(old.key() + "x", old.value())
                : new JsonSample.Member(old.key(), json(old.value())));
        return new JsonSample.Members(changed);
    }
}
