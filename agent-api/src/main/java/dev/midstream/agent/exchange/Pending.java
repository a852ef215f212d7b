package dev.midstream.agent.exchange;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The answers that a server still owes to a client, in the order of the requests, and the denials
 * of the agent that stand between them. A denial reaches the client after the answers to the
 * requests before it and before those to the requests after it, although the server never saw the
 * request. Immutable, with value equality; a part of an agent's state.
 *
 * <p>On a connection that is only monitored nothing is denied: the request reaches the server,
 * which owes an answer to it too. What would wait there counts as if it waited, so that an agent
 * comes to the same limits, and reports the same, as where it denies.
 *
 * @param <T> what the agent knows of a request that it passed on; immutable, with value equality.
 *     Its size is the agent's to bound
 */
public final class Pending<T> {
  /**
   * A request that the server has not answered, and the denials of requests after it.
   *
   * @param isDenied whether the request was denied, where that is not carried out
   * @param unsentBytes octets of denials that would wait after it, where they are not carried out
   */
  private record Due<T>(T request, boolean isDenied, Octets denials, int unsentBytes) {
    static <T> Due<T> passed(T request) {
      return new Due<>(request, false, Octets.empty(), 0);
    }

    Due<T> followedBy(Octets denial) {
      return new Due<>(request, isDenied, Octets.join(denials, denial), unsentBytes);
    }

    Due<T> followedByUnsent(int bytes) {
      return new Due<>(request, isDenied, denials, unsentBytes + bytes);
    }

    int denialBytes() {
      return denials.length() + unsentBytes;
    }
  }

  private final int maxAnswers;
  private final int maxDenialBytes;
  private final boolean isEnforced;
  private final List<Due<T>> due;

  private Pending(int maxAnswers, int maxDenialBytes, boolean isEnforced, List<Due<T>> due) {
    this.maxAnswers = maxAnswers;
    this.maxDenialBytes = maxDenialBytes;
    this.isEnforced = isEnforced;
    this.due = due;
  }

  /**
   * Nothing is due. A change takes time in proportion to the answers that are due.
   *
   * @param maxAnswers maximum answers that may be due; 1 or more. On a connection that is only
   *     monitored, so many answers to denied requests may be due besides
   * @param maxDenialBytes octets of one denial, and of waiting denials from which on no more may
   *     wait; 1 or more. So less than twice as many octets wait
   * @param isEnforced whether the agent's decisions are carried out
   */
  public static <T> Pending<T> none(int maxAnswers, int maxDenialBytes, boolean isEnforced) {
    if (maxAnswers < 1 || maxDenialBytes < 1) {
      throw new IllegalArgumentException(
          "limits of 1 or more are needed: answers=" + maxAnswers + " bytes=" + maxDenialBytes);
    }
    return new Pending<>(maxAnswers, maxDenialBytes, isEnforced, List.of());
  }

  /** The oldest request without an answer; null if the server owes none. */
  public @Nullable T next() {
    return due.isEmpty() ? null : due.getFirst().request();
  }

  /** The request after the oldest one without an answer; null if there is none. */
  public @Nullable T second() {
    return due.size() < 2 ? null : due.get(1).request();
  }

  /** Whether any request without an answer meets {@code condition}. */
  public boolean anyDue(Predicate<T> condition) {
    return due.stream().map(Due::request).anyMatch(condition);
  }

  /**
   * Notes that the server answers the second request before the oldest one, as FTP does with STAT
   * during a transfer: the two change places. Denials keep theirs.
   *
   * @throws IllegalStateException if fewer than two answers are due
   */
  public Pending<T> exchange() {
    if (due.size() < 2) {
      throw new IllegalStateException("too few answers are due: size=" + due.size());
    }
    Due<T> first = due.getFirst();
    Due<T> second = due.get(1);
    List<Due<T>> other = new ArrayList<>(due);
    other.set(0, new Due<>(second.request, second.isDenied, first.denials, first.unsentBytes));
    other.set(1, new Due<>(first.request, first.isDenied, second.denials, second.unsentBytes));
    return with(other);
  }

  /** The number of answers that the server owes, also those to requests that it should not get. */
  public int size() {
    return due.size();
  }

  /**
   * Whether no more requests can be noted. The agent then leaves further ones undecided until an
   * answer comes. It cannot at the end of the client's stream: what is undecided there, or exceeds
   * {@link Agent#maxHold}, goes to {@code on-hold-limit}. There it decides them in another way,
   * such as with a {@link Decisions#reset} and a reason of its own.
   */
  public boolean isFull() {
    int denied = deniedRequests();
    return Math.max(denied, due.size() - denied) >= maxAnswers || denialBytes() >= maxDenialBytes;
  }

  /**
   * Notes a request that is passed on.
   *
   * @throws IllegalStateException if it {@link #isFull}
   */
  public Pending<T> pass(T request) {
    Objects.requireNonNull(request, "request");
    requireRoom();
    List<Due<T>> more = new ArrayList<>(due);
    more.add(Due.passed(request));
    return with(more);
  }

  /**
   * Notes a request that is denied: {@code reply} is inserted towards the client now, or after the
   * answers that are due.
   *
   * @param request what {@link #pass} would note: where it is only monitored, the server answers it
   * @param reply at most {@code maxDenialBytes}
   * @throws IllegalStateException if it {@link #isFull}
   */
  public Pending<T> deny(T request, Octets reply, Decisions out) {
    requireRoom();
    if (reply.length() > maxDenialBytes) {
      throw new IllegalArgumentException("denial is too long: bytes=" + reply.length());
    }
    if (!isEnforced) {
      return denyUnsent(request, reply.length());
    }
    if (due.isEmpty()) {
      out.reply(Direction.SERVER_TO_CLIENT, reply);
      return this;
    }
    List<Due<T>> more = new ArrayList<>(due);
    more.add(more.removeLast().followedBy(reply));
    return with(more);
  }

  /** The denial would wait for the answer to the last request that was not denied. */
  private Pending<T> denyUnsent(T request, int bytes) {
    List<Due<T>> more = new ArrayList<>(due);
    int last = more.size() - 1;
    while (last >= 0 && more.get(last).isDenied()) {
      last--;
    }
    if (last >= 0) {
      more.set(last, more.get(last).followedByUnsent(bytes));
    }
    more.add(new Due<>(Objects.requireNonNull(request, "request"), true, Octets.empty(), 0));
    return with(more);
  }

  /**
   * Notes that the last octet of the next answer is decided in {@code out}. Inserts the denials
   * that follow it.
   *
   * @throws IllegalStateException if no answer is due
   */
  public Pending<T> answer(Decisions out) {
    if (due.isEmpty()) {
      throw new IllegalStateException("no answer is due");
    }
    Octets denials = due.getFirst().denials();
    if (!denials.isEmpty()) {
      out.reply(Direction.SERVER_TO_CLIENT, denials);
    }
    return with(due.subList(1, due.size()));
  }

  /** Writes what is due; {@code request} writes one request. */
  public void write(StateWriter out, BiConsumer<StateWriter, T> request) {
    out.flag(isEnforced).number(due.size());
    for (Due<T> each : due) {
      request.accept(out, each.request());
      if (isEnforced) {
        out.octets(each.denials());
      } else {
        out.flag(each.isDenied()).number(each.unsentBytes());
      }
    }
  }

  /**
   * Reads what {@link #write} wrote, with limits as in {@link #none}.
   *
   * @param request reads one request
   * @throws IllegalArgumentException if the octets are invalid or exceed a limit
   */
  public static <T> Pending<T> read(
      StateReader in, int maxAnswers, int maxDenialBytes, Function<StateReader, T> request) {
    Pending<T> none = none(maxAnswers, maxDenialBytes, in.flag());
    int size = in.number(none.maxDue());
    int room = none.maxWaitingBytes();
    List<Due<T>> due = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Due<T> each = none.readDue(in, request.apply(in), room);
      room -= each.denialBytes();
      due.add(each);
    }
    Pending<T> read = none.with(due);
    int denied = read.deniedRequests();
    if (Math.max(denied, size - denied) > maxAnswers) {
      throw new IllegalArgumentException("state is damaged, more is due than may be: due=" + size);
    }
    return read;
  }

  private Due<T> readDue(StateReader in, T request, int room) {
    return isEnforced
        ? new Due<>(request, false, in.octets(room), 0)
        : new Due<>(request, in.flag(), Octets.empty(), in.number(room));
  }

  private Pending<T> with(List<Due<T>> other) {
    return new Pending<>(maxAnswers, maxDenialBytes, isEnforced, List.copyOf(other));
  }

  private void requireRoom() {
    if (isFull()) {
      throw new IllegalStateException(
          "too much is due: answers=" + due.size() + " bytes=" + denialBytes());
    }
  }

  private int maxDue() {
    return isEnforced ? maxAnswers : (int) Math.min(Integer.MAX_VALUE, 2L * maxAnswers);
  }

  /** How many octets of denials can ever wait: one denial may follow the last octet but one. */
  private int maxWaitingBytes() {
    return (int) Math.min(Integer.MAX_VALUE, 2L * maxDenialBytes - 1);
  }

  private int deniedRequests() {
    int denied = 0;
    for (Due<T> each : due) {
      denied += each.isDenied() ? 1 : 0;
    }
    return denied;
  }

  private int denialBytes() {
    int bytes = 0;
    for (Due<T> each : due) {
      bytes += each.denialBytes();
    }
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pending<?> that
        && isEnforced == that.isEnforced
        && maxAnswers == that.maxAnswers
        && maxDenialBytes == that.maxDenialBytes
        && due.equals(that.due);
  }

  @Override
  public int hashCode() {
    return due.hashCode();
  }

  /** What is due and what the limits are; for tests. No octets of denials, which may be payload. */
  @Override
  public String toString() {
    return due.stream().map(each -> each.request() + (each.isDenied() ? " (denied)" : "")).toList()
        + (" answers=" + due.size() + "/" + maxAnswers)
        + (" denial-bytes=" + denialBytes() + "/" + maxDenialBytes)
        + (isEnforced ? "" : " monitored");
  }
}
