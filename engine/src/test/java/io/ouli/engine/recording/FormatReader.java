package io.ouli.engine.recording;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** A reader of format 1 written from docs/FORMAT.md alone: nothing of the engine is used, not even its CRC. */
final class FormatReader {
    /** One interaction as the file has it. */
    record Found(
            byte[] key, byte[] chain, int sequence, int occurrence, int status, int flags, long time, byte[] request,
            byte[] response, List<long[]> chunks) {
    }

    private static final int[] CRC_TABLE = new int[256];

    static {
        for (int i = 0; i < 256; i++) {
            int crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? crc >>> 1 ^ 0x82F63B78 : crc >>> 1;
            }
            CRC_TABLE[i] = crc;
        }
    }

    private final ByteBuffer file;
    private final int tag;

    FormatReader(final byte[] bytes) {
        file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        check(ascii(0, 8).equals("OULIRECR"), "magic");
        check(crc(0, 124) == file.getInt(124), "header CRC");
        check(file.getShort(8) == 1 && file.getShort(10) == 128, "version");
        tag = file.getInt(32);
    }

    static int crc(final byte[] bytes) {
        int crc = -1;
        for (final byte value : bytes) {
            crc = crc >>> 8 ^ CRC_TABLE[(crc ^ value) & 0xFF];
        }
        return ~crc;
    }

    boolean isSealed() {
        return (file.getInt(12) & 1) != 0;
    }

    int count() {
        return file.getInt(80);
    }

    /** Returns all interactions of a sealed file, by sequence, through its index. */
    List<Found> readIndex() {
        final int index = Math.toIntExact(file.getLong(88));
        final int capacity = file.getInt(104);
        check(frameLength(index) + index == file.getLong(96), "sealed length");
        check(file.getInt(index + 60) == file.getInt(112), "index CRC in the header");
        check(file.get(index + 4) == 2 && file.getInt(index + 36) == count(), "index type and count");
        check(file.getInt(index + 40) == capacity, "index capacity");
        final int entries = align(index + 128 + 4 * (capacity / 64), 4096);
        check(crc(index + 128, entries - index - 128) == file.getInt(index + 56), "front CRC");
        final List<Found> found = new ArrayList<>();
        for (int block = 0; block < capacity / 64; block++) {
            check(crc(entries + 4096 * block, 4096) == file.getInt(index + 128 + 4 * block), "block CRC");
        }
        for (int slot = 0; slot < capacity; slot++) {
            final int entry = entries + 64 * slot;
            if (file.getLong(entry + 32) == 0) {
                check(Arrays.equals(bytes(entry, 64), new byte[64]), "an unused entry is zero");
            } else {
                check(crc(entry, 60) == file.getInt(entry + 60), "entry CRC");
                check(find(bytes(entry, 32), file.getInt(entry + 56)) == slot, "an entry is found");
                found.add(interaction(entry));
            }
        }
        found.sort(Comparator.comparingInt(Found::sequence));
        return found;
    }

    /** Returns the slot of (key, occurrence), or -1. */
    int find(final byte[] key, final int occurrence) {
        final int index = Math.toIntExact(file.getLong(88));
        final int capacity = file.getInt(104);
        final int entries = align(index + 128 + 4 * (capacity / 64), 4096);
        final long k = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN).getLong();
        int slot = (int) (k + occurrence * 0x9E3779B97F4A7C15L >>> 64 - Integer.numberOfTrailingZeros(capacity));
        for (int i = 0; i < 1024; i++) {
            final int entry = entries + 64 * slot;
            if (file.getLong(entry + 32) == 0) {
                return -1;
            }
            if (file.getInt(entry + 56) == occurrence && Arrays.equals(bytes(entry, 32), key)) {
                return slot;
            }
            slot = (slot + 1) % capacity;
        }
        return -1;
    }

    private Found interaction(final int entry) {
        final int frame = Math.toIntExact(file.getLong(entry + 32));
        final Found found = frame(frame, file.getInt(entry + 56), file.getShort(entry + 50));
        check(Arrays.equals(found.key, bytes(entry, 32)), "key");
        check(found.request.length == file.getInt(entry + 40), "request length");
        check(found.response.length == file.getInt(entry + 44), "response length");
        check(found.status == file.getShort(entry + 48), "status");
        check(found.sequence == file.getInt(entry + 52), "sequence");
        check((file.getShort(frame + 6) & 0x7FFF) == (file.getShort(entry + 50) & 0x7FFF), "flags");
        return found;
    }

    /** Returns the interactions of an unsealed file in the order of the file. */
    List<Found> scan() {
        final List<Found> found = new ArrayList<>();
        int position = 128;
        while (position < file.limit() && file.getInt(position) == 0x4D52464F) {
            if (file.get(position + 4) == 1) {
                found.add(frame(position, -1, file.getShort(position + 6)));
            }
            position += (int) frameLength(position);
        }
        return found;
    }

    private Found frame(final int frame, final int occurrence, final int flags) {
        final long length = frameLength(frame);
        check(file.get(frame + 4) == 1, "type");
        check(crc(frame + 128, (int) length - 128) == file.getInt(frame + 56), "payload CRC");
        final int request = file.getInt(frame + 36);
        final int response = file.getInt(frame + 40);
        final List<long[]> chunks = new ArrayList<>();
        final int table = align(128 + request + response, 8);
        for (int i = 0; i < file.getInt(frame + 44); i++) {
            final int at = frame + table + 16 * i;
            chunks.add(new long[] {file.getInt(at), file.getInt(at + 4), file.getLong(at + 8)});
        }
        check(length == align(table + 16 * chunks.size(), 64), "frame length");
        return new Found(
                bytes(frame + 64, 32), bytes(frame + 96, 32), file.getInt(frame + 32), occurrence,
                file.getShort(frame + 48), flags & 0xFFFF, file.getLong(frame + 24),
                bytes(frame + 128, request), bytes(frame + 128 + request, response), chunks);
    }

    private long frameLength(final int frame) {
        check(ascii(frame, 4).equals("OFRM"), "frame magic");
        final byte[] header = bytes(frame, 128);
        Arrays.fill(header, 60, 64, (byte) 0);
        check(crc(header) == file.getInt(frame + 60), "frame header CRC");
        check(file.getLong(frame + 8) == frame && file.getInt(frame + 52) == tag, "frame offset and tag");
        return file.getLong(frame + 16);
    }

    private String ascii(final int at, final int length) {
        return new String(bytes(at, length), StandardCharsets.US_ASCII);
    }

    private byte[] bytes(final int at, final int length) {
        final byte[] bytes = new byte[length];
        file.get(at, bytes);
        return bytes;
    }

    private int crc(final int at, final int length) {
        return crc(bytes(at, length));
    }

    private static int align(final int value, final int alignment) {
        return (value + alignment - 1) / alignment * alignment;
    }

    private static void check(final boolean condition, final String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }
}
