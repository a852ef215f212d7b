package dev.midstream.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InterfaceStatesTest {
  private final List<String> log = new ArrayList<>();
  private final InterfaceStates interfaces =
      new InterfaceStates("in0", "out0", (level, line) -> log.add(level + " " + line));

  @Test
  @DisplayName("OWN-3 each change is logged once, one that stops packets as a warning")
  void logsEachChangeOnce() {
    interfaces.onState(Leg.OUTSIDE, LegState.UP);
    interfaces.onState(Leg.OUTSIDE, LegState.DOWN);
    interfaces.onState(Leg.OUTSIDE, LegState.DOWN);
    assertThat(interfaces.state(Leg.OUTSIDE)).isEqualTo(LegState.DOWN);
    interfaces.onState(Leg.OUTSIDE, LegState.UP);
    assertThat(log).containsExactly("WARN interface out0 is down", "INFO interface out0 is up");
    assertThat(interfaces.state(Leg.INSIDE)).isEqualTo(LegState.UP);
  }

  @Test
  void logsWhyAnInterfaceIsRefused() {
    interfaces.onRefused(Leg.INSIDE, "another one has it: name=in0");
    assertThat(log)
        .containsExactly(
            "ERROR an interface is there again, but nothing passes: another one has it: name=in0");
    assertThat(interfaces.state(Leg.INSIDE)).isEqualTo(LegState.UP);
  }

  @Test
  @DisplayName("OWN-3 a new name is logged once and used from then on")
  void callsARenamedInterfaceByItsNewName() {
    interfaces.onName(Leg.INSIDE, "inx0");
    interfaces.onName(Leg.INSIDE, "inx0");
    interfaces.onState(Leg.INSIDE, LegState.ABSENT);
    interfaces.onLoop();
    assertThat(log)
        .containsExactly(
            "INFO interface in0 is now inx0",
            "WARN interface inx0 is absent",
            "WARN interfaces inx0 and out0 seem to be on one network, frames loop");
    assertThat(interfaces.name(Leg.INSIDE)).isEqualTo("inx0");
    assertThat(interfaces.name(Leg.OUTSIDE)).isEqualTo("out0");
  }
}
