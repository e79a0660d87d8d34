package io.ouli.engine;

/** Every limit of Ouli: its name, its default and why it stands; what goes beyond one gets a typed error. */
public final class Limits {
    /** Connections that a worker holds at once; the next one is refused at once. */
    public static final int MAX_CONNECTIONS = 4_096;
    /** Endpoints of one configuration. */
    public static final int MAX_ENDPOINTS = 64;
    /** Bytes of a request's body after transfer decoding; beyond it 413. */
    public static final int MAX_REQUEST_BYTES = 16 << 20;
    /** Bytes of a stored response. */
    public static final int MAX_RESPONSE_BYTES = 256 << 20;
    /** Header fields of one message; beyond it 431. */
    public static final int MAX_HEADERS = 128;
    /** Bytes of a header field's name; beyond it 431. */
    public static final int MAX_HEADER_NAME_BYTES = 256;
    /** Bytes of a header field's value; beyond it 431. */
    public static final int MAX_HEADER_VALUE_BYTES = 8 << 10;
    /** Bytes of a request target; beyond it 414. */
    public static final int MAX_PATH_BYTES = 8 << 10;
    /** Bytes of a request method; beyond it 501, as for any method that is not implemented. */
    public static final int MAX_METHOD_BYTES = 64;
    /** Bytes of all chunk extensions of one body; beyond it 400. They carry nothing, so more is an attack. */
    public static final int MAX_CHUNK_EXTENSION_BYTES = 4 << 10;
    /** Bytes of a trailer section; beyond it 431. */
    public static final int MAX_TRAILER_BYTES = 16 << 10;
    /** Interim responses (1xx) to one request; beyond it 502: they would keep a client waiting for ever. */
    public static final int MAX_INTERIM_RESPONSES = 128;
    /** Bytes of a whole head; beyond it 431. It bounds what a connection may hold before it is understood. */
    public static final int MAX_HEAD_BYTES = 64 << 10;
    /** Literals and expressions of one redaction policy. */
    public static final int MAX_REDACTION_PATTERNS = 256;
    /** Interactions of one recording. */
    public static final int MAX_INTERACTIONS = 1 << 20;
    /** Bytes of one recording. */
    public static final long MAX_FILE_BYTES = 16L << 30;
    /** Memory of interactions that wait for the disk; beyond, whoever records waits. One more may be of any size. */
    public static final long MAX_UNWRITTEN_BYTES = 64L << 20;
    /** Interactions of one strict chain. */
    public static final int MAX_CHAIN_DEPTH = 1 << 16;
    /** Sessions that may be live at once. */
    public static final int MAX_SESSIONS = 100_000;
    /** Bytes of a session's name. */
    public static final int MAX_SESSION_NAME_BYTES = 255;

    /** Depth of a JSON body's containers; a deeper body is fingerprinted as raw bytes. */
    public static final int MAX_JSON_DEPTH = 512;
    /** JSON pointers that one fingerprint policy ignores; they are followed as the bits of one long. */
    public static final int MAX_IGNORED_POINTERS = 62;
    /** Expressions for volatile values of one fingerprint policy. */
    public static final int MAX_PLACEHOLDERS = 32;
    /** Bytes of a request's body after content decoding; a body that inflates beyond is fingerprinted as it came. */
    public static final int MAX_DECODED_BYTES = 16 << 20;
    /** Interactions of a recording whose test-server hashes the thread that serves clients reads itself. */
    public static final int MAX_TEST_SERVER_HASHES_READ_INLINE = 128;
    /** Bytes of a body that the thread which serves clients redacts itself; beyond, others would wait. */
    public static final int MAX_BYTES_REDACTED_INLINE = 256 << 10;
    /** The same of a response's body under a content coding, which holds a multiple of its length. */
    public static final int MAX_CODED_BYTES_REDACTED_INLINE = 64 << 10;
    /** Content codings of one body, one around the other; a body with more is fingerprinted as it came. */
    public static final int MAX_CONTENT_CODINGS = 3;

    static {
        assert MAX_PATH_BYTES < MAX_HEAD_BYTES;
        assert MAX_HEADER_VALUE_BYTES + MAX_HEADER_NAME_BYTES < MAX_HEAD_BYTES;
        assert MAX_REQUEST_BYTES < MAX_RESPONSE_BYTES;
        assert (long) MAX_RESPONSE_BYTES + MAX_REQUEST_BYTES < MAX_FILE_BYTES;
        assert MAX_CODED_BYTES_REDACTED_INLINE < MAX_BYTES_REDACTED_INLINE;
        assert MAX_CHAIN_DEPTH <= MAX_INTERACTIONS;
    }

    private Limits() {
    }
}
