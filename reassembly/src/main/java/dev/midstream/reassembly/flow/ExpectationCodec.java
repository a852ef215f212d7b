package dev.midstream.reassembly.flow;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.rule.Rule;

/**
 * Expectations as octets: first the ends of the connection that announced it, the opener and the
 * end that it connects to, which are the place of the expectation, then the rest.
 */
public final class ExpectationCodec {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final int CLIENT_OPENS = 1;
  private static final int IPV6 = 1 << 1;
  private static final int FLAGS = 3;
  private static final int MAX_PORT = 65_535;

  private final KeyedHash hashes;
  private final NameCodec names;

  /**
   * What is written of an expectation.
   *
   * @param opened the connections that fulfilled it
   * @param restNanos how long it stayed when it was written
   */
  public record Written(ExpectedConnection expected, int opened, long restNanos) {}

  /** Names rules by {@code names}. */
  public ExpectationCodec(KeyedHash hashes, NameCodec names) {
    this.hashes = hashes;
    this.names = names;
  }

  /** Writes the place of an expectation. */
  public static void writePlace(ExpectedConnection expected, StateWriter out) {
    Expectation expectation = expected.expectation();
    byte[] address = expectation.to().address().toArray();
    expected.parent().write(out);
    out.octet(
        (expectation.opener() == Direction.CLIENT_TO_SERVER ? CLIENT_OPENS : 0)
            | (address.length == IPV6_BYTES ? IPV6 : 0));
    out.octets(address, 0, address.length);
    out.number(expectation.to().port());
  }

  /** Skips what {@link #writePlace} wrote. */
  public static void skipPlace(StateReader in) {
    ConnectionKey.skip(in);
    in.skip((in.count(FLAGS) & IPV6) == 0 ? IPV4_BYTES : IPV6_BYTES);
    in.count(MAX_PORT);
  }

  /** Reads the ends of a connection, as {@link ConnectionKey#write} wrote them. */
  public ConnectionKey readEnds(StateReader in) {
    return new ConnectionKey().read(in, hashes);
  }

  /** Writes an expectation: its place, how long it stays, and the rest. */
  public void write(Written written, StateWriter out) {
    writePlace(written.expected, out);
    out.number(written.restNanos);
    out.number(written.opened);
    out.number(written.expected.expectation().connections());
    names.write(written.expected.rule(), out);
    AgentStateOctets.write(written.expected.expectation().context(), out);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws MalformedState if the octets are no expectation, or its rule is not known here
   */
  public Written read(StateReader in) {
    try {
      return readAll(in);
    } catch (IllegalArgumentException e) {
      throw new MalformedState("expectation cannot be read", e);
    }
  }

  private Written readAll(StateReader in) {
    ConnectionKey parent = new ConnectionKey().read(in, hashes);
    int flags = in.count(FLAGS);
    byte[] address = in.octets((flags & IPV6) == 0 ? IPV4_BYTES : IPV6_BYTES);
    Endpoint to = new Endpoint(Octets.of(address), in.count(MAX_PORT));
    long restNanos = in.position();
    int opened = in.count(Integer.MAX_VALUE);
    int connections = in.count(Integer.MAX_VALUE);
    Rule rule = names.readRule(in);
    Octets context = AgentStateOctets.readContext(in);
    boolean byClient = (flags & CLIENT_OPENS) != 0;
    Expectation expectation =
        new Expectation(
            byClient ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT,
            to,
            new Handler.Rule(rule.name()),
            context,
            connections);
    ExpectedConnection expected = new ExpectedConnection(parent, expectation, rule);
    if (!expected.isPossible() || opened >= connections) {
      throw new MalformedState("not expected: to=" + to + " opened=" + opened);
    }
    return new Written(expected, opened, restNanos);
  }
}
