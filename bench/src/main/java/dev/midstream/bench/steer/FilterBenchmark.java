package dev.midstream.bench.steer;

import dev.midstream.wire.bucket.BucketFilter;
import dev.midstream.wire.bucket.BucketHash;
import dev.midstream.wire.bucket.BucketKey;
import dev.midstream.wire.header.FlowHashView;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Nanoseconds for a packet socket to reject a frame by its filter. What parsing, hash and set cost
 * is the difference to the frame that is no IP packet, whose octets the filter hardly reads.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class FilterBenchmark {
  private static final int FRAME_BYTES = 1_514;
  private static final String MACS = "020000000001 020000000002 ";

  /** The frame that is sent. */
  public enum Frame {
    /** No IP packet. */
    OTHER(MACS + "88b5"),
    /** A TCP segment over IPv4. */
    IPV4(MACS + "0800 450005dc 00004000 4006 0000 0a000001 0a000002 c0a8 01bb"),
    /** A TCP segment over IPv6. */
    IPV6(
        MACS
            + "86dd 60000000 05b4 06 40 fd000000000000000000000000000001"
            + "fd000000000000000000000000000002 c0a8 01bb");

    private final String hex;

    Frame(String hex) {
      this.hex = hex.replace(" ", "");
    }
  }

  /** The buckets that the socket has. */
  public enum Buckets {
    /** Every second one of 256: needs no tree. */
    HALF_OF_256,
    /** Any 128 of 256. */
    ANY_OF_256,
    /** Any 2,048 of 4,096. */
    ANY_OF_4096
  }

  /** The frame. */
  @Param public Frame frame = Frame.OTHER;

  /** The set. */
  @Param public Buckets buckets = Buckets.HALF_OF_256;

  private @Nullable FilteredSockets sockets;

  /** Opens the sockets. */
  @Setup(Level.Trial)
  public void open() {
    byte[] octets = new byte[FRAME_BYTES];
    byte[] header = HexFormat.of().parseHex(frame.hex);
    System.arraycopy(header, 0, octets, 0, header.length);
    BucketHash hash = hash(buckets == Buckets.ANY_OF_4096 ? 4_096 : 256);
    BitSet set = new BitSet();
    Random random = new Random(1);
    for (int bucket = 0; bucket < hash.buckets(); bucket++) {
      set.set(bucket, buckets == Buckets.HALF_OF_256 ? bucket % 2 == 0 : random.nextBoolean());
    }
    FlowHashView view = new FlowHashView();
    Packet packet = new Packet().at(MemorySegment.ofArray(octets), 0, octets.length);
    boolean isKnown = view.read(packet.from(LinkType.ETHERNET, packet.leg(), 0, 0));
    int bucket = isKnown ? hash.of(view) : 0;
    if (set.get(bucket)) {
      set.flip(0, hash.buckets());
    }
    sockets = new FilteredSockets(BucketFilter.of(hash, set), octets);
  }

  /** Checks that every frame was rejected, and closes the sockets. */
  @TearDown(Level.Trial)
  public void close() {
    FilteredSockets open = Objects.requireNonNull(sockets);
    if (!open.areEmpty()) {
      throw new IllegalStateException("the filter accepts the frame");
    }
    open.close();
  }

  /** Sends a frame to all sockets. */
  @Benchmark
  @OperationsPerInvocation(FilteredSockets.SOCKETS)
  public int judge() {
    return Objects.requireNonNull(sockets).send();
  }

  private static BucketHash hash(int buckets) {
    return new BucketHash(
        new BucketKey(0x9e3779b9, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f, 0x165667b1), buckets);
  }
}
