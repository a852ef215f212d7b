package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.midstream.wire.header.NetworkOrder;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * What the kernel may forward early, without an entry: IP packets for other machines that are
 * neither TCP nor ICMP, and perhaps segments between ports and addresses that no rule names.
 * Immutable.
 */
public final class EarlyPass {
  /** What the kernel's map of blocks has room for. */
  public static final int MAX_BLOCKS = 1 << 16;

  private static final int ADDRESS_BYTES = 16;
  private static final int IPV4_AT = 12;
  private static final int IPV4_BITS_BEFORE = 96;
  private static final int PORT_WORDS = 1_024;

  private final boolean hasTcp;
  private final BitSet ports;
  private final List<Block> blocks;

  private EarlyPass(boolean hasTcp, BitSet ports, List<Block> blocks) {
    this.hasTcp = hasTcp;
    this.ports = (BitSet) ports.clone();
    this.blocks = List.copyOf(blocks);
  }

  /** A block of addresses; IPv4 addresses are mapped to IPv6. */
  public static final class Block {
    private final byte[] address;
    private final int bits;

    private Block(byte[] address, int bits) {
      this.address = address;
      this.bits = bits;
    }

    /**
     * The addresses that share their first bits.
     *
     * @param ipVersion 4 or 6
     * @param high the upper 64 bits of an IPv6 address; 0 for IPv4
     * @param low the lower 64 bits of an IPv6 address; the 32 bits of an IPv4 address
     * @param length number of shared bits, 0 to 32 or 128
     */
    public static Block of(int ipVersion, long high, long low, int length) {
      MemorySegment address = MemorySegment.ofArray(new byte[ADDRESS_BYTES]);
      if (ipVersion == 4) {
        NetworkOrder.putTwoOctets(address, IPV4_AT - 2, 0xffff);
        NetworkOrder.putFourOctets(address, IPV4_AT, (int) low);
        return new Block(address.toArray(JAVA_BYTE), IPV4_BITS_BEFORE + length);
      }
      NetworkOrder.putFourOctets(address, 0, (int) (high >>> 32));
      NetworkOrder.putFourOctets(address, 4, (int) high);
      NetworkOrder.putFourOctets(address, 8, (int) (low >>> 32));
      NetworkOrder.putFourOctets(address, 12, (int) low);
      return new Block(address.toArray(JAVA_BYTE), length);
    }

    /** The octets of the address; they must not be changed. */
    byte[] address() {
      return address;
    }

    int bits() {
      return bits;
    }

    private boolean contains(byte[] other) {
      int whole = bits / Byte.SIZE;
      int rest = bits % Byte.SIZE;
      boolean isSame = Arrays.equals(address, 0, whole, other, 0, whole);
      return isSame && (rest == 0 || (address[whole] ^ other[whole]) >> (Byte.SIZE - rest) == 0);
    }
  }

  /** Without TCP: some rule may match any connection. */
  public static EarlyPass withoutTcp() {
    return new EarlyPass(false, new BitSet(), List.of());
  }

  /**
   * With TCP, but for segments that have one of these ports or addresses at either end.
   *
   * @param blocks at most {@link #MAX_BLOCKS}
   */
  public static EarlyPass butFor(BitSet ports, List<Block> blocks) {
    return new EarlyPass(true, ports, blocks);
  }

  /** Whether segments are among it. */
  public boolean hasTcp() {
    return hasTcp;
  }

  /** Whether a segment of this direction passes, if its connection has no entry. */
  public boolean passes(FlowKey key) {
    byte[] bytes = new byte[2 * ADDRESS_BYTES + 2 * Short.BYTES];
    MemorySegment octets = MemorySegment.ofArray(bytes);
    key.copyPorts(octets, 2 * ADDRESS_BYTES);
    boolean isFour = key.version() == 4;
    key.copyAddresses(octets, 0, isFour ? Integer.BYTES : ADDRESS_BYTES);
    return hasTcp
        && !ports.get(NetworkOrder.twoOctets(octets, 2 * ADDRESS_BYTES))
        && !ports.get(NetworkOrder.twoOctets(octets, 2 * ADDRESS_BYTES + 2))
        && !isNamed(address(isFour, bytes, 0))
        && !isNamed(address(isFour, bytes, isFour ? Integer.BYTES : ADDRESS_BYTES));
  }

  private static byte[] address(boolean isFour, byte[] octets, int at) {
    return isFour
        ? Block.of(4, 0, NetworkOrder.fourOctets(MemorySegment.ofArray(octets), at), 32).address
        : Arrays.copyOfRange(octets, at, at + ADDRESS_BYTES);
  }

  private boolean isNamed(byte[] address) {
    return blocks.stream().anyMatch(block -> block.contains(address));
  }

  /** Words of 64 ports each, the lowest bit first. */
  long[] portWords() {
    return Arrays.copyOf(ports.toLongArray(), PORT_WORDS);
  }

  List<Block> blocks() {
    return blocks;
  }
}
