package dev.midstream.bench.steer;

import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.redirect.ClusterKeys;
import dev.midstream.engines.redirect.DatagramCounter;
import dev.midstream.engines.redirect.Reception;
import dev.midstream.engines.redirect.RedirectReceiver;
import dev.midstream.engines.redirect.RedirectSender;
import dev.midstream.engines.redirect.RedirectedPacket;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Nanoseconds to pass a packet on to another node, without the network between them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RedirectBenchmark {
  private static final int DATAGRAM_BYTES = 8_972;
  private static final int BUCKETS = 256;
  private static final NodeId SENDER = node(1);
  private static final NodeId RECEIVER = node(2);

  /** Octets of the frame. */
  @Param({"60", "1500", "64000"})
  public int bytes;

  private final ClusterKeys keys = new ClusterKeys(new Secret(new byte[Secret.BYTES]));
  private final RedirectedPacket what = new RedirectedPacket();
  private final RedirectReceiver receiver = new RedirectReceiver(keys, RECEIVER);
  private long sealedBytes;
  private final RedirectSender sender = sender(0, (datagram, length) -> sealedBytes += length);
  private final RedirectSender toReceiver = sender(1, this::open);
  private int bucket;
  private Reception last = Reception.PART;

  private RedirectSender sender(int worker, RedirectSender.DatagramSink sink) {
    return new RedirectSender(
        keys, SENDER, RECEIVER, worker, new DatagramCounter(), DATAGRAM_BYTES, sink);
  }

  private void open(byte[] datagram, int length) {
    last = receiver.receive(datagram, length);
  }

  /** Makes the frame. */
  @Setup(Level.Trial)
  public void prepare() {
    receiver.setPeers(List.of(SENDER));
    what.packet()
        .at(Arena.ofAuto().allocate(bytes), 0, bytes)
        .from(LinkType.ETHERNET, Leg.INSIDE, 0, 0);
  }

  /** Makes the datagrams of a packet, each time of another bucket. */
  @Benchmark
  public long seal() {
    send(sender);
    return sealedBytes;
  }

  /** Makes the datagrams of a packet, and reads them. */
  @Benchmark
  public Reception sealAndOpen() {
    send(toReceiver);
    if (last != Reception.PACKET) {
      throw new IllegalStateException("the packet did not arrive: " + last);
    }
    return last;
  }

  private void send(RedirectSender by) {
    bucket = (bucket + 1) % BUCKETS;
    if (!by.send(what.set(RedirectedPacket.Kind.TO_OWNER, bucket, 1 + bucket % 3, 1))) {
      throw new IllegalStateException("the packet is too long");
    }
  }

  private static NodeId node(int number) {
    return new NodeId(NodeAddress.ofIpv4(number, 1), new UUID(number, number));
  }
}
