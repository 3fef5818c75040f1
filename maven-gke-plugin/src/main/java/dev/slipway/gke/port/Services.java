package dev.slipway.gke.port;

import dev.slipway.gke.model.Answer;
import dev.slipway.gke.model.Connection;
import dev.slipway.gke.model.Manifest;
import dev.slipway.gke.model.Namespace;
import dev.slipway.gke.model.Question;
import dev.slipway.gke.model.ServiceAddress;
import java.util.Optional;

/** The way in to what runs. */
public interface Services {
    /** {@return how the manifest's Service is reached: the LoadBalancer's if there is one, else the first} */
    Optional<ServiceAddress> address(Connection connection, Namespace namespace, Manifest manifest);

    /** {@return what the service answers, through its own address if it has one, else through the API server} */
    Answer ask(Connection connection, ServiceAddress address, Question question);
}
