package io.ouli.engine.recording.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** One file of {@link ChannelStorage}. */
final class ChannelFile implements StorageFile {
    private final FileChannel channel;
    private final Object identity;

    /** @param identity of the file, or null where files have none. */
    ChannelFile(final FileChannel channel, final Object identity) {
        this.channel = channel;
        this.identity = identity;
    }

    /** {@return what tells this file from every other of the machine (device and inode), or null without such} */
    static Object identity(final Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public long read(final long position, final MemorySegment target, final long targetOffset, final long length)
            throws IOException {
        final ByteBuffer buffer = target.asSlice(targetOffset, length).asByteBuffer();
        while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) > 0) {
            // A read may be short before the end; only 0 or -1 says that there is no more.
        }
        return buffer.position();
    }

    @Override
    public void write(final long position, final MemorySegment source, final long sourceOffset, final long length)
            throws IOException {
        final ByteBuffer buffer = source.asSlice(sourceOffset, length).asByteBuffer();
        while (buffer.hasRemaining()) {
            channel.write(buffer, position + buffer.position());
        }
    }

    @Override
    public void truncate(final long size) throws IOException {
        channel.truncate(size);
    }

    @Override
    public void sync(final boolean metadata) throws IOException {
        channel.force(metadata);
    }

    @Override
    public MemorySegment map(final Arena arena, final long length) throws IOException {
        return channel.map(FileChannel.MapMode.READ_ONLY, 0, length, arena);
    }

    @Override
    public boolean isNamed(final Path path) throws IOException {
        try {
            return identity == null || identity.equals(identity(path));
        } catch (final NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
