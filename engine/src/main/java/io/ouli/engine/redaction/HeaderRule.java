package io.ouli.engine.redaction;

import io.ouli.engine.http.Headers;
import java.util.List;

/**
 * What happens to the header fields of one name.
 *
 * @param label names the rule in reports.
 */
record HeaderRule(byte[] lowerCaseName, boolean remove, byte[] placeholder, String label) {
    /** {@return the rule for a field, or null} */
    static HeaderRule find(final List<HeaderRule> rules, final Headers headers, final int field) {
        // By index: an iterator would be allocated for each request.
        for (int i = 0; i < rules.size(); i++) {
            if (headers.nameIs(field, rules.get(i).lowerCaseName)) {
                return rules.get(i);
            }
        }
        return null;
    }
}
