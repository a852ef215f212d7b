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
import org.jspecify.annotations.Nullable;

/**
 * The answers that a server still owes to a client, in the order of the requests, and the denials
 * of the agent that stand between them. A denial reaches the client after the answers to the
 * requests before it and before those to the requests after it, although the server never saw the
 * request. Immutable, with value equality; a part of an agent's state.
 *
 * <p>On a connection that is only monitored nothing is denied: the request reaches the server, so a
 * denial counts as a request that was passed on.
 *
 * @param <T> what the agent knows of a request that it passed on; immutable, with value equality.
 *     Its size is the agent's to bound
 */
public final class Pending<T> {
  /** A request that the server has not answered, and the denials of requests after it. */
  private record Due<T>(T request, Octets denials) {}

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
   * @param maxAnswers maximum answers that may be due; 1 or more
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

  /** The number of answers that the server owes. */
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
    return due.size() >= maxAnswers || denialBytes() >= maxDenialBytes;
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
    more.add(new Due<>(request, Octets.empty()));
    return with(more);
  }

  /**
   * Notes a request that is denied: {@code reply} is inserted towards the client now, or after the
   * answers that are due.
   *
   * @param request what {@link #pass} would note, for a connection that is only monitored
   * @param reply at most {@code maxDenialBytes}
   * @throws IllegalStateException if it {@link #isFull}
   */
  public Pending<T> deny(T request, Octets reply, Decisions out) {
    if (!isEnforced) {
      return pass(request);
    }
    requireRoom();
    if (reply.length() > maxDenialBytes) {
      throw new IllegalArgumentException("denial is too long: bytes=" + reply.length());
    }
    if (due.isEmpty()) {
      out.reply(Direction.SERVER_TO_CLIENT, reply);
      return this;
    }
    List<Due<T>> more = new ArrayList<>(due);
    Due<T> last = more.removeLast();
    more.add(new Due<>(last.request(), Octets.join(last.denials(), reply)));
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
      out.octets(each.denials());
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
    int size = in.number(maxAnswers);
    int room = none.maxWaitingBytes();
    List<Due<T>> due = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Due<T> each = new Due<>(request.apply(in), in.octets(room));
      room -= each.denials().length();
      due.add(each);
    }
    return none.with(due);
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

  /** How many octets of denials can ever wait: one denial may follow the last octet but one. */
  private int maxWaitingBytes() {
    return isEnforced ? (int) Math.min(Integer.MAX_VALUE, 2L * maxDenialBytes - 1) : 0;
  }

  private int denialBytes() {
    int bytes = 0;
    for (Due<T> each : due) {
      bytes += each.denials().length();
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

  /** The requests that are due; for tests. Contains no denials, which may hold payload. */
  @Override
  public String toString() {
    return due.stream().map(each -> String.valueOf(each.request())).toList().toString();
  }
}
