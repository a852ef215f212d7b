package dev.midstream.testkit.playbook;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.Step.End;
import dev.midstream.testkit.playbook.Step.Send;
import java.util.ArrayList;
import java.util.List;

/** What both ends send at the same time. Each direction keeps its own order. */
public final class Race {
  private final List<Step> steps = new ArrayList<>();
  private final List<Step> monitoredSteps = new ArrayList<>();

  Race() {}

  /** The client sends {@code text}. */
  public Race clientSends(String text) {
    return sends(Direction.CLIENT_TO_SERVER, Octets.ofText(text));
  }

  /** The server sends {@code text}. */
  public Race serverSends(String text) {
    return sends(Direction.SERVER_TO_CLIENT, Octets.ofText(text));
  }

  /** The sender of {@code direction} sends {@code octets}. */
  public Race sends(Direction direction, Octets octets) {
    steps.add(new Send(direction, octets));
    return sendsWhenMonitored(direction, octets);
  }

  /** The server sends {@code text} if the connection is only monitored. */
  public Race serverSendsWhenMonitored(String text) {
    return sendsWhenMonitored(Direction.SERVER_TO_CLIENT, Octets.ofText(text));
  }

  /** The sender of {@code direction} sends {@code octets} if the connection is only monitored. */
  public Race sendsWhenMonitored(Direction direction, Octets octets) {
    monitoredSteps.add(new Send(direction, octets));
    return this;
  }

  /** The client's stream ends. */
  public Race clientEnds() {
    return ends(Direction.CLIENT_TO_SERVER);
  }

  /** The server's stream ends. */
  public Race serverEnds() {
    return ends(Direction.SERVER_TO_CLIENT);
  }

  /** The stream of {@code direction} ends. */
  public Race ends(Direction direction) {
    steps.add(new End(direction));
    monitoredSteps.add(new End(direction));
    return this;
  }

  Step.Race step() {
    return new Step.Race(steps);
  }

  /** The same race on a connection that is only monitored. */
  Step.Race monitoredStep() {
    return new Step.Race(monitoredSteps);
  }
}
