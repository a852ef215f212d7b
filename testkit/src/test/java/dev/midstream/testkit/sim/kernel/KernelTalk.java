package dev.midstream.testkit.sim.kernel;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * A program in which a simulated client talks to a server socket of the kernel, through a TUN
 * device and over a wire with loss and reordering. Its exit code is 0 if both received everything.
 * It changes the network configuration, so it needs its own network namespace.
 */
public final class KernelTalk {
  private static final int ETHERNET_BYTES = 14;
  private static final long MILLI = 1_000_000L;
  private static final long DEADLINE_NANOS = 120_000 * MILLI;

  private KernelTalk() {}

  /**
   * Runs the program.
   *
   * @param arguments octets in each direction, {@code modern} or {@code classic}, and kernel
   *     settings such as {@code tcp_sack=0}
   */
  public static void main(String... arguments) throws IOException, InterruptedException {
    byte[] up = octets(Integer.parseInt(arguments[0]), 1);
    byte[] down = octets(Integer.parseInt(arguments[0]), 2);
    for (String setting : Arrays.copyOfRange(arguments, 2, arguments.length)) {
      int at = setting.indexOf('=');
      java.nio.file.Path file =
          java.nio.file.Path.of("/proc/sys/net/ipv4", setting.substring(0, at));
      Files.writeString(file, setting.substring(at + 1));
    }
    TunDevice tun = new TunDevice("sim0");
    run("ip", "addr", "add", "10.0.0.2", "peer", "10.0.0.1", "dev", "sim0");
    run("ip", "link", "set", "sim0", "up");
    CompletableFuture<byte[]> served = serve(down, up.length);
    TcpEndpoint client = talk(tun, options(arguments[1]), up, served);
    System.out.println(client);
    boolean same = Arrays.equals(served.join(), up) && Arrays.equals(client.received(), down);
    System.out.println(same ? "delivered" : "streams differ");
    System.exit(same && client.counters().get(Counter.CONFLICTS) == 0 ? 0 : 1);
  }

  private static EndpointOptions options(String name) {
    return name.equals("classic") ? EndpointOptions.CLASSIC : EndpointOptions.MODERN;
  }

  private static TcpEndpoint talk(
      TunDevice tun, EndpointOptions options, byte[] up, CompletableFuture<byte[]> served) {
    WireFaults faults = WireFaults.losing(0.05).withReordering(0.05, 2 * MILLI);
    Path path =
        Path.of(MILLI)
            .withBoxAt(100)
            .withFaults(Leg.INSIDE, Direction.CLIENT_TO_SERVER, faults)
            .withFaults(Leg.INSIDE, Direction.SERVER_TO_CLIENT, faults);
    SimulatedNetwork network = new SimulatedNetwork(path, 1).place(new KernelBox(tun));
    Application sending = new Application().write(up).close();
    TcpEndpoint client = network.openClient(Ends.IPV4, Party.opening(options, sending));
    long startNanos = System.nanoTime();
    while (!(client.isDone() && served.isDone())) {
      long nowNanos = System.nanoTime() - startNanos;
      if (nowNanos > DEADLINE_NANOS) {
        throw new IllegalStateException("does not end: " + client);
      }
      network.runUntil(nowNanos);
      if (!receive(tun, network) && network.nextNanos() > nowNanos + MILLI / 2) {
        tun.await(1);
      }
    }
    return client;
  }

  private static boolean receive(TunDevice tun, SimulatedNetwork network) {
    byte[] frame = new byte[65_536];
    int length = tun.read(MemorySegment.ofArray(frame), ETHERNET_BYTES);
    if (length > 0 && frame[ETHERNET_BYTES] >>> 4 == 4) {
      frame[12] = 8;
      network.inject(Leg.OUTSIDE, Arrays.copyOf(frame, ETHERNET_BYTES + length));
    }
    return length > 0;
  }

  private static CompletableFuture<byte[]> serve(byte[] down, int expected) throws IOException {
    ServerSocket listening = new ServerSocket(80, 1, InetAddress.getByName("10.0.0.2"));
    return CompletableFuture.supplyAsync(() -> {
      try (listening;
          Socket socket = listening.accept()) {
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(socket, down));
        byte[] got = socket.getInputStream().readNBytes(expected + 1);
        sent.join();
        return got;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  private static void send(Socket socket, byte[] octets) {
    try {
      socket.getOutputStream().write(octets);
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] octets(int bytes, long seed) {
    byte[] octets = new byte[bytes];
    new SplittableRandom(seed).nextBytes(octets);
    return octets;
  }

  private static void run(String... command) throws IOException, InterruptedException {
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException("command failed: code=" + code + " " + String.join(" ", command));
    }
  }

  /** Writes packets from inside to the kernel and forwards packets from the kernel. */
  private record KernelBox(TunDevice tun) implements Box {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      if (packet.leg() == Leg.OUTSIDE) {
        return Disposition.FORWARD;
      }
      long at = packet.offset() + ETHERNET_BYTES;
      tun.write(packet.memory(), at, packet.length() - ETHERNET_BYTES);
      return Disposition.TAKEN;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      throw new IllegalStateException("no timer was asked for");
    }

    @Override
    public long nextDeadlineNanos() {
      return Long.MAX_VALUE;
    }
  }
}
