package dev.midstream.reassembly.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.box.FastPathBox;
import dev.midstream.testkit.box.FrontBox;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.fastpath.FastPathModel;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The addresses on the link of connections whose segments the engine does not see. */
class FastPathLinksTest {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final int LINK_BYTES = 12;
  private static final String CLIENT = "020000000001";
  private static final String SERVER = "020000000002";
  private static final String OTHER_SERVER = "0200000000ee";

  private final FastPathModel model = new FastPathModel(8);
  private final Engine engine =
      TestEngine.inline(FastPathTest.editing())
          .established(20 * SECOND_NANOS)
          .fastPath(new FastPathTerms(model, 0))
          .engine();
  private final Router router = new Router(new FastPathBox(engine, model));
  private final Script script = new Script(router, engine::finish);

  @Test
  @DisplayName("what the engine sends goes to the addresses that the kernel saw last")
  void sendsToTheNewestAddresses() {
    script.run(FastPathTest.SETTLED);
    router.isMoved = true;
    script.run(
        """
        at 4s
        c> . 9:19(10) ack 3 <nop,nop,TS 105/503>
        >s . 11:21(10) ack 3
        s> . 3:13(10) ack 21 <nop,nop,TS 504/105>
        >c . 3:13(10) ack 19
        """);
    assertThat(engine.fastPath().connections()).isEqualTo(1);
    script.run(
        """
        at 24s
        >s . 20:20(0) ack 3
        >c . 2:2(0) ack 19
        """);
    assertThat(router.links).containsExactly(OTHER_SERVER + CLIENT, CLIENT + OTHER_SERVER);
  }

  /**
   * The server moves to another address on the link, of which the script knows nothing. Notes the
   * links of what the engine sends by itself.
   */
  private static final class Router implements FrontBox {
    private final Box box;
    private final List<String> links = new ArrayList<>();
    private boolean isMoved;

    private Router(Box box) {
      this.box = box;
    }

    @Override
    public Box box() {
      return box;
    }

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      String link = linkOf(packet);
      setLink(packet, isMoved ? link.replace(SERVER, OTHER_SERVER) : link);
      Disposition disposition = box.onPacket(packet, nowNanos, each -> emit(each, out));
      setLink(packet, link);
      return disposition;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      box.onTimer(
          nowNanos,
          packet -> {
            links.add(linkOf(packet));
            emit(packet, out);
          });
    }

    private static void emit(Packet packet, PacketOutput out) {
      setLink(packet, linkOf(packet).replace(OTHER_SERVER, SERVER));
      out.emit(packet);
    }

    private static String linkOf(Packet packet) {
      byte[] link = new byte[LINK_BYTES];
      MemorySegment.copy(
          packet.memory(), ValueLayout.JAVA_BYTE, packet.offset(), link, 0, LINK_BYTES);
      return HexFormat.of().formatHex(link);
    }

    private static void setLink(Packet packet, String link) {
      byte[] octets = HexFormat.of().parseHex(link);
      MemorySegment.copy(
          octets, 0, packet.memory(), ValueLayout.JAVA_BYTE, packet.offset(), LINK_BYTES);
    }
  }
}
