package io.ouli.engine.testserver;

/** Numbers as Go's {@code encoding/json} writes a float64: shortest digits, no exponent from 1e-6 up to below 1e21. */
final class GoNumber {
    private static final double LEAST_PLAIN = 1e-6;
    private static final double LEAST_LARGE = 1e21;

    private GoNumber() {
    }

    static String format(final double value) {
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        final double absolute = Math.abs(value);
        final String text = Double.toString(absolute);
        final int e = text.indexOf('E');
        final String mantissa = e < 0 ? text : text.substring(0, e);
        final int point = mantissa.indexOf('.');
        String digits = mantissa.substring(0, point) + mantissa.substring(point + 1);
        // The value is 0.DIGITS times ten to the exponent.
        int exponent = point + (e < 0 ? 0 : Integer.parseInt(text.substring(e + 1)));
        final int zeros = leadingZeros(digits);
        digits = digits.substring(zeros).replaceFirst("0+$", "");
        exponent -= zeros;
        if (digits.length() == 2) {
            final String shorter = oneDigit(digits, exponent, absolute);
            exponent += shorter.equals("10") ? 1 : 0;
            digits = shorter.equals("10") ? "1" : shorter;
        }
        final String sign = value < 0 ? "-" : "";
        return sign + (absolute < LEAST_PLAIN || absolute >= LEAST_LARGE
                ? scientific(digits, exponent - 1)
                : plain(digits, exponent));
    }

    private static int leadingZeros(final String digits) {
        int zeros = 0;
        while (digits.charAt(zeros) == '0') {
            zeros++;
        }
        return zeros;
    }

    /**
     * Java prefers the closer of two digits where Go takes one: {@code 4.9E-324} is {@code 5e-324}. It happens among
     * the smallest subnormal numbers only.
     */
    private static String oneDigit(final String digits, final int exponent, final double value) {
        final int rounded = Math.round(Integer.parseInt(digits) / 10f);
        return Double.parseDouble(rounded + "E" + (exponent - 1)) == value ? Integer.toString(rounded) : digits;
    }

    private static String plain(final String digits, final int exponent) {
        if (exponent <= 0) {
            return "0." + "0".repeat(-exponent) + digits;
        }
        return exponent >= digits.length()
                ? digits + "0".repeat(exponent - digits.length())
                : digits.substring(0, exponent) + '.' + digits.substring(exponent);
    }

    private static String scientific(final String digits, final int exponent) {
        final String fraction = digits.length() == 1 ? "" : '.' + digits.substring(1);
        return digits.charAt(0) + fraction + 'e' + (exponent < 0 ? '-' : '+') + Math.abs(exponent);
    }
}
