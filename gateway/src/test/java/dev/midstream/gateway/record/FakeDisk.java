package dev.midstream.gateway.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** A file on a disk that is as full, slow or broken as the test asks. */
public class FakeDisk implements SeekableByteChannel {
  private static final int MANY = 1 << 20;

  private final FileChannel file;
  private final Semaphore writes = new Semaphore(MANY);
  private long roomBytes = Long.MAX_VALUE;
  private volatile @Nullable RuntimeException failure;

  /** Opens the file for appending. */
  public FakeDisk(Path path) throws IOException {
    file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** From now on only {@code bytes} fit; a longer write is cut. */
  public FakeDisk limit(long bytes) {
    roomBytes = bytes;
    return this;
  }

  /** After so many more writes, the next one blocks until {@link #resume}. */
  public FakeDisk stall(int afterWrites) {
    writes.drainPermits();
    writes.release(afterWrites);
    return this;
  }

  /** Ends the block of {@link #stall}. */
  public void resume() {
    writes.release(MANY);
  }

  /** Whether a write is blocked. */
  public boolean isWaiting() {
    return writes.hasQueuedThreads();
  }

  /** Makes the next write throw {@code how}. */
  public void fail(RuntimeException how) {
    failure = how;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    writes.acquireUninterruptibly();
    RuntimeException broken = failure;
    if (broken != null) {
      throw broken;
    }
    int length = (int) Math.min(source.remaining(), roomBytes);
    if (length == 0 && source.hasRemaining()) {
      throw new IOException("no space left");
    }
    int written = file.write(source.slice(source.position(), length));
    source.position(source.position() + written);
    roomBytes -= written;
    return written;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public SeekableByteChannel truncate(long size) throws IOException {
    file.truncate(size);
    return this;
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  @Override
  public int read(ByteBuffer target) {
    throw new IllegalStateException("an append-only file is neither read nor positioned");
  }

  @Override
  public long position() {
    throw new IllegalStateException("an append-only file is neither read nor positioned");
  }

  @Override
  public SeekableByteChannel position(long position) {
    throw new IllegalStateException("an append-only file is neither read nor positioned");
  }
}
