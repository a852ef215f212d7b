package dev.midstream.gateway.run;

import dev.midstream.gateway.admin.AdminServer;
import dev.midstream.gateway.admin.ClusterHandle;
import dev.midstream.gateway.admin.InterfaceStates;
import dev.midstream.gateway.admin.Node;
import dev.midstream.gateway.admin.WorkerHandle;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.command.RecordRequest;
import dev.midstream.gateway.config.AdminSettings;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.Configuration.EventsLevel;
import dev.midstream.gateway.config.ListenAddress;
import dev.midstream.gateway.event.EventJournal;
import dev.midstream.gateway.event.TimedEvents;
import dev.midstream.gateway.fastpath.NodeFastPath;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.gateway.record.Recording;
import dev.midstream.gateway.watch.Watchdog;
import dev.midstream.reassembly.EngineBox;
import dev.midstream.wire.packet.Box;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The operator's view of a running node: events, a recording, the interfaces and the admin server.
 * It opens before the ports; workers are added later.
 */
final class Operations implements AutoCloseable {
  /** The limit of threads in calls that do not return, which docs/limits.md names. */
  private static final int MAX_LEFT = 4;

  private final EventJournal journal;
  private final InterfaceStates interfaces;
  private final Node node;
  private final NodeLog log;
  private final @Nullable Recording recording;
  private final Watchdog watchdog;
  private final boolean isDebugging;
  private @Nullable AdminServer admin;

  private Operations(
      Configuration configuration,
      EventJournal journal,
      @Nullable Recording recording,
      NodeLog log) {
    this.journal = journal;
    this.recording = recording;
    this.log = log;
    isDebugging =
        configuration.eventsFile() != null && configuration.eventsLevel() == EventsLevel.DEBUG;
    interfaces =
        new InterfaceStates(configuration.port().inside(), configuration.port().outside(), log);
    watchdog = Watchdog.start(configuration.agentTimes(), MAX_LEFT, log);
    node = new Node(configuration.mode(), interfaces, journal, recording, watchdog::slowCalls);
  }

  /**
   * Opens the files and the admin server.
   *
   * @param log gets a line for each change
   * @throws InputException if the configuration names something impossible
   */
  static Operations open(Configuration configuration, @Nullable RecordRequest record, NodeLog log)
      throws InputException {
    EventJournal journal =
        EventJournal.open(configuration.eventsFile(), configuration.eventsPerSecond(), log);
    @Nullable Recording recording = null;
    try {
      recording = record == null ? null : Recording.open(record, configuration.port(), log);
      Operations operations = new Operations(configuration, journal, recording, log);
      operations.listen(configuration.admin());
      return operations;
    } catch (InputException e) {
      if (recording != null) {
        recording.close();
      }
      journal.close();
      throw e;
    }
  }

  /** The listener for the interfaces, for every port. */
  InterfaceStates interfaces() {
    return interfaces;
  }

  /** The events of one more worker. */
  TimedEvents newEvents() {
    TimedEvents events = journal.newEvents();
    return isDebugging ? events.debugging() : events;
  }

  /** The time since the epoch, as in all events. */
  long clockNanos() {
    return journal.clockNanos();
  }

  /** The box with its recording, if there is one. */
  Box recorded(InlineBox.DatedBox box, EngineBox engines) {
    return recording == null ? box : recording.around(box, engines, box::timeOfDay);
  }

  /** Watches the calls of a worker's agents. */
  Watchdog watchdog() {
    return watchdog;
  }

  /** Shows the cluster of which this node is a member. */
  void showCluster(ClusterHandle cluster) {
    node.setCluster(cluster);
  }

  /** Shows what connections stay in the kernel. */
  void showFastPath(NodeFastPath fastPath) {
    node.setFastPath(fastPath);
  }

  void add(WorkerHandle worker) {
    node.add(worker);
  }

  /** Opens the file of events anew, for log rotation. A recording is continued. */
  void reopen() {
    log.info("signal received, the file of events is opened anew");
    journal.reopen();
  }

  @Override
  public void close() {
    if (admin != null) {
      admin.close();
    }
    watchdog.close();
    if (recording != null) {
      recording.close();
    }
    journal.close();
  }

  private void listen(AdminSettings settings) throws InputException {
    ListenAddress address = settings.listen();
    if (address == null) {
      return;
    }
    try {
      admin = AdminServer.open(address, node);
    } catch (IOException e) {
      String problem = "admin cannot listen, address=" + address + " error=" + e.getMessage();
      if (settings.named()) {
        throw new InputException(problem, "admin.listen");
      }
      log.warn(problem + ", status and connections are not answered");
    }
  }
}
