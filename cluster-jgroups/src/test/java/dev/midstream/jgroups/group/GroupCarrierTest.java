package dev.midstream.jgroups.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.jgroups.carrier.Carrier;
import dev.midstream.jgroups.carrier.CutContract;
import dev.midstream.jgroups.carrier.Octets;
import dev.midstream.jgroups.carrier.Recorder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jgroups.Message;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.DISCARD;
import org.jgroups.protocols.PingHeader;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.Protocol;
import org.jgroups.stack.ProtocolStack;
import org.jgroups.util.MessageBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupCarrierTest extends CutContract {
  @SuppressWarnings("NullAway.Init") // set before each test
  @TempDir
  private Path directory;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Nodes nodes;

  private final Map<Integer, GroupCarrier> made = new HashMap<>();
  private final Map<Integer, DISCARD> cuts = new HashMap<>();

  @BeforeEach
  void makeNodes() {
    nodes = new Nodes(directory.resolve("authority"));
  }

  @Override
  protected NodeAddress address(int number) {
    return nodes.address(number);
  }

  @Override
  protected Carrier carrier(int number) {
    GroupCarrier carrier = nodes.carrier(number);
    made.put(number, carrier);
    return carrier;
  }

  @Override
  protected void cut(int number) {
    made.forEach((each, carrier) ->
        made.forEach((other, otherCarrier) -> {
          if (!each.equals(other) && (each == number || other == number)) {
            cuts.computeIfAbsent(each, _ -> insertCut(carrier))
                .addIgnoreMember(otherCarrier.channel().getAddress());
          }
        }));
  }

  private static DISCARD insertCut(GroupCarrier carrier) {
    DISCARD discard = new DISCARD();
    try {
      carrier
          .channel()
          .getProtocolStack()
          .insertProtocol(discard, ProtocolStack.Position.ABOVE, TCP.class);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return discard;
  }

  @Override
  protected void heal() {
    for (DISCARD cut : cuts.values()) {
      made.values().forEach(other -> cut.removeIgnoredMember(other.channel().getAddress()));
    }
  }

  @Override
  protected void heal(int late) {
    try {
      Objects.requireNonNull(made.get(late))
          .channel()
          .getProtocolStack()
          .insertProtocol(new LosingAMerge(), ProtocolStack.Position.ABOVE, TCP.class);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    heal();
  }

  /** Loses the first view of a merge; the group layer repeats it. */
  private static final class LosingAMerge extends Protocol {
    private static final short VIEWS = ClassConfigurator.getProtocolId(GMS.class);

    private volatile boolean isOver;

    private boolean loses(Message message) {
      boolean isLost =
          !isOver
              && message.getHeader(VIEWS) instanceof GMS.GmsHeader header
              && header.getType() == GMS.GmsHeader.INSTALL_MERGE_VIEW;
      isOver |= isLost;
      return isLost;
    }

    @Override
    public @Nullable Object up(Message message) {
      return loses(message) ? null : super.up(message);
    }

    @Override
    public void up(MessageBatch batch) {
      batch.removeIf(this::loses, true);
      if (!batch.isEmpty()) {
        super.up(batch);
      }
    }
  }

  @Test
  @DisplayName(
      "HSI-4 the messages of a move do not wait until another one that was lost is repeated")
  void passesLostMessages() throws Exception {
    Recorder one = new Recorder();
    Recorder two = new Recorder();
    GroupCarrier first = nodes.carrier(1);
    open(first, one);
    Carrier second = open(carrier(2), two);
    one.await("both", heard -> heard.view().size() == 2);
    two.await("both", heard -> heard.view().size() == 2);
    ClusterMessage lost = new ClusterMessage.MoveOrder(3, second.self());
    Losing losing = new Losing(Octets.of(lost));
    first
        .channel()
        .getProtocolStack()
        .insertProtocol(losing, ProtocolStack.Position.ABOVE, TCP.class);
    List<ClusterMessage> move =
        List.of(
            new ClusterMessage.Stopped(3, 9),
            new ClusterMessage.Receiving(3, 9),
            new ClusterMessage.Last(3, 9));

    first.send(second.self(), lost);
    move.forEach(each -> first.send(second.self(), each));
    two.await("the messages of the move", heard -> heard.messages().size() == move.size());
    assertThat(two.messages()).containsExactlyInAnyOrderElementsOf(move);
    losing.isOver = true; // else the farewell waits for it
  }

  @Test
  @DisplayName("messages of logs pass all layers out of band, without flow control and unnumbered")
  void sendsLogsPastTheLayers() throws Exception {
    Recorder one = new Recorder();
    Recorder two = new Recorder();
    GroupCarrier first = nodes.carrier(1);
    open(first, one);
    Carrier second = open(carrier(2), two);
    one.await("both", heard -> heard.view().size() == 2);
    two.await("both", heard -> heard.view().size() == 2);
    LogMessage append = new LogMessage.Append(1, 1, 1, 1, 0, List.of(new byte[200]));
    Watching watching = new Watching(Octets.of(append));
    first
        .channel()
        .getProtocolStack()
        .insertProtocol(watching, ProtocolStack.Position.ABOVE, TCP.class);

    first.send(second.self(), append);
    two.await("the record", heard -> !heard.logs().isEmpty());
    assertThat(watching.flags)
        .containsExactlyInAnyOrder(
            Message.Flag.OOB,
            Message.Flag.NO_FC,
            Message.Flag.DONT_BUNDLE,
            Message.Flag.NO_RELIABILITY);
  }

  @Test
  @DisplayName("one that joins finds the others although the first answer to its search is lost")
  void searchesAgain() throws Exception {
    GroupCarrier first = nodes.carrier(1);
    open(first, new Recorder());
    Muting muting = new Muting();
    first
        .channel()
        .getProtocolStack()
        .insertProtocol(muting, ProtocolStack.Position.ABOVE, TCP.class);
    Recorder two = new Recorder();
    // the group layer lets the lowest one found a group if it knows of no coordinator
    NodeId lowest = new NodeId(nodes.address(2), new UUID(Long.MIN_VALUE, 1));
    open(new GroupCarrier(nodes.settings(2), nodes.credentials(2), lowest), two);
    assertThat(muting.isOver).isTrue();
    assertThat(two.view()).as("the first view").hasSize(2);
  }

  /** Loses the first answer to a search, as a connection that another one replaces does. */
  private static final class Muting extends Protocol {
    private static final short SEARCH = ClassConfigurator.getProtocolId(TCPPING.class);

    private volatile boolean isOver;

    @Override
    public @Nullable Object down(Message message) {
      boolean isAnswer =
          message.getHeader(SEARCH) instanceof PingHeader header
              && header.type() == PingHeader.GET_MBRS_RSP;
      boolean isLost = isAnswer && !isOver;
      isOver |= isAnswer;
      return isLost ? null : super.down(message);
    }
  }

  /** Keeps the flags of one message. */
  private static final class Watching extends Protocol {
    private final byte[] watched;
    private volatile Set<Message.Flag> flags = Set.of();

    Watching(byte[] watched) {
      this.watched = watched;
    }

    @Override
    public @Nullable Object down(Message message) {
      if (hasOctets(message, watched)) {
        flags =
            Arrays.stream(Message.Flag.values())
                .filter(message::isFlagSet)
                .collect(Collectors.toUnmodifiableSet());
      }
      return super.down(message);
    }
  }

  private static boolean hasOctets(Message message, byte[] octets) {
    return message.hasArray()
        && Arrays.equals(
            message.getArray(),
            message.getOffset(),
            message.getOffset() + message.getLength(),
            octets,
            0,
            octets.length);
  }

  /** Loses one message, however often it is repeated. */
  private static final class Losing extends Protocol {
    private final byte[] lost;
    private volatile boolean isOver;

    Losing(byte[] lost) {
      this.lost = lost;
    }

    @Override
    public @Nullable Object down(Message message) {
      return !isOver && hasOctets(message, lost) ? null : super.down(message);
    }
  }
}
