package dev.midstream.jgroups.group;

import java.io.DataInput;
import java.io.DataOutput;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jgroups.EmptyMessage;
import org.jgroups.Event;
import org.jgroups.Header;
import org.jgroups.MergeView;
import org.jgroups.Message;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.stack.Protocol;
import org.jgroups.util.MessageBatch;
import org.jspecify.annotations.Nullable;

/**
 * Finds members that are gone or silent, in the place of the group layer's own failure detection.
 *
 * <p>A member is suspected when a connection to it breaks, or when nothing of it has arrived for
 * the detection time. One that was met by a merge may be silent for a second before, until it has
 * the view, too, and sends its first beat. Then {@link Verifier} asks its port, again and again,
 * until that answers. If its process is gone, it is taken out of the view at once; if it is merely
 * silent, when it has been so for the detection time. What arrives from a suspected member clears
 * it of nothing: it may have been on its way when the member died.
 */
final class PeerWatch extends Protocol {
  private static final short ID = 700;
  private static final short HEADER = 1_700;
  private static final int BEATS = 4;

  /*
   * Parts of a cluster that meet do not take their view at the same time: the group layer repeats a
   * view that was lost after half a second. One that has not taken it yet sends no beats, though it
   * may send other messages. The one that has would take it for silent, and remove it again.
   */
  private static final long MERGE_NANOS = 1_000_000_000L;

  /** How long a member that has left the view is asked for. */
  private static final long ASK_NANOS = 10_000_000_000L;

  private final long detectNanos;
  private final Verifier verifier;
  private final LongSupplier clock;

  /** Since when nothing of each member has arrived; later than now if it may be silent yet. */
  private final Map<Address, Long> heardNanos = new ConcurrentHashMap<>();

  private final Map<Address, Long> suspectedNanos = new ConcurrentHashMap<>();
  private volatile List<Address> members = List.of();
  private volatile long lookedNanos;
  private @Nullable Future<?> beats;

  static {
    ClassConfigurator.addProtocol(ID, PeerWatch.class);
    ClassConfigurator.add(HEADER, Beat.class);
  }

  /** Asks the port of a member. */
  interface Verifier {
    /**
     * Runs {@code ifGone} in another thread if the process of {@code member} is gone, {@code
     * ifAlive} if it answers.
     */
    void verify(Address member, Runnable ifGone, Runnable ifAlive);

    /** There is a new reason to verify {@code member}: earlier answers of it do not count. */
    void doubt(Address member);

    /** A member is suspected that was not. */
    void onSuspected(Address member);

    /** A suspected member has answered. */
    void onHeard(Address member);
  }

  PeerWatch(long detectNanos, Verifier verifier, LongSupplier clock) {
    this.detectNanos = detectNanos;
    this.verifier = verifier;
    this.clock = clock;
    lookedNanos = clock.getAsLong();
    setId(ID);
  }

  /** The time after which a silent member is taken out of the view. */
  long detectNanos() {
    return detectNanos;
  }

  private long intervalNanos() {
    return detectNanos / BEATS;
  }

  @Override
  public void start() throws Exception {
    super.start();
    lookedNanos = clock.getAsLong();
    beats =
        getTransport()
            .getTimer()
            .scheduleWithFixedDelay(
                this::beat, intervalNanos(), intervalNanos(), TimeUnit.NANOSECONDS, false);
  }

  @Override
  public void stop() {
    Future<?> running = beats;
    if (running != null) {
      running.cancel(false);
    }
    super.stop();
  }

  @Override
  public @Nullable Object down(Event event) {
    if (event.getType() == Event.VIEW_CHANGE) {
      see(event.getArg());
    }
    return down_prot.down(event);
  }

  private void see(View view) {
    long now = clock.getAsLong();
    List<Address> before = members;
    members = view.getMembers().stream().filter(each -> !each.equals(local_addr)).toList();
    heardNanos.keySet().retainAll(members);
    for (Address each : members) {
      boolean isMet = view instanceof MergeView && !before.contains(each);
      heardNanos.merge(each, isMet ? now + MERGE_NANOS : now, PeerWatch::later);
    }
  }

  private static long later(long oneNanos, long otherNanos) {
    return oneNanos - otherNanos > 0 ? oneNanos : otherNanos;
  }

  @Override
  public @Nullable Object up(Event event) {
    if (event.getType() != Event.SUSPECT) {
      return up_prot.up(event);
    }
    Collection<Address> broken = event.getArg();
    broken.forEach(this::suspect);
    return null;
  }

  @Override
  public @Nullable Object up(Message message) {
    boolean isBeat = message.getHeader(ID) != null;
    heard(message.getSrc(), isBeat);
    return isBeat ? null : up_prot.up(message);
  }

  @Override
  public void up(MessageBatch batch) {
    int count = batch.size();
    batch.removeIf(message -> message.getHeader(ID) != null, true);
    heard(batch.sender(), batch.size() < count);
    if (!batch.isEmpty()) {
      up_prot.up(batch);
    }
  }

  /** Only members beat, so one that does has a view with this node. */
  private void heard(@Nullable Address member, boolean beats) {
    if (member != null) {
      long now = clock.getAsLong();
      heardNanos.computeIfPresent(member, (_, before) -> beats ? now : later(before, now));
    }
  }

  void beat() {
    long now = clock.getAsLong();
    if (now - lookedNanos > 2 * intervalNanos()) {
      // this process was stopped: what it did not hear says nothing
      heardNanos.replaceAll((_, heard) -> later(heard, now));
    }
    lookedNanos = now;
    for (Address member : members) {
      down_prot.down(new EmptyMessage(member).setFlag(Message.Flag.OOB).putHeader(ID, new Beat()));
    }
    suspectedNanos.forEach((member, since) -> verifyAgain(member, since, now));
    look(now);
  }

  private void look(long now) {
    List<Address> silent = new ArrayList<>();
    heardNanos.forEach((member, heard) -> {
      if (now - heard > detectNanos) {
        silent.add(member);
      }
    });
    silent.stream().filter(each -> !suspectedNanos.containsKey(each)).forEach(this::suspect);
    if (!silent.isEmpty()) {
      up_prot.up(new Event(Event.SUSPECT, silent));
    }
  }

  private void suspect(Address member) {
    if (members.contains(member)) {
      long now = clock.getAsLong();
      boolean isNew = suspectedNanos.put(member, now) == null;
      verifier.doubt(member);
      if (isNew) {
        verifier.onSuspected(member);
      }
      verify(member, now);
    }
  }

  private void verifyAgain(Address member, long sinceNanos, long nowNanos) {
    if (members.contains(member) || nowNanos - sinceNanos < ASK_NANOS) {
      verify(member, sinceNanos);
    } else {
      suspectedNanos.remove(member);
    }
  }

  private void verify(Address member, long sinceNanos) {
    verifier.verify(member, () -> onGone(member), () -> onAlive(member, sinceNanos));
  }

  private void onGone(Address member) {
    suspectedNanos.remove(member);
    if (members.contains(member)) {
      up_prot.up(new Event(Event.SUSPECT, List.of(member)));
    }
  }

  /** It has answered, unless it was suspected anew since it was asked. */
  private void onAlive(Address member, long sinceNanos) {
    if (suspectedNanos.remove(member, sinceNanos)) {
      verifier.onHeard(member);
    }
  }

  /** Says that its sender lives. */
  public static final class Beat extends Header {
    @Override
    public short getMagicId() {
      return HEADER;
    }

    @Override
    public Supplier<? extends Header> create() {
      return Beat::new;
    }

    @Override
    public int serializedSize() {
      return 0;
    }

    @Override
    public void writeTo(DataOutput out) {
      // it says nothing else
    }

    @Override
    public void readFrom(DataInput in) {
      // it says nothing else
    }
  }
}
